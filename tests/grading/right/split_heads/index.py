import torch


def split_heads(x, heads):
    size = x.shape[-1] // heads
    columns = torch.arange(heads * size).view(heads, size)
    return x[:, :, columns].movedim(2, 1)
