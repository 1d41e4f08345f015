import torch


def merge_heads(x):
    b, h, n, d = x.shape
    return torch.einsum("bhnd->bnhd", x).reshape(b, n, h * d)
