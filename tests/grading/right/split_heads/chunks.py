import torch


def split_heads(x, n_heads):
    size = x.shape[-1] // n_heads
    return torch.stack(x.split(size, dim=-1), dim=1)
