import torch


def prefix_lm_mask(n, prefix_len):
    column = torch.arange(n)
    return (column <= column[:, None]) | (column < prefix_len)
