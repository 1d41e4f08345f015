import torch


def split_heads(x, n_heads):
    b, n, e = x.shape
    return torch.einsum("bnhd->bhnd", x.reshape(b, n, n_heads, e // n_heads)).contiguous()
