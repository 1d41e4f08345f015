import torch


def sliding_window_mask(n, window):
    i, j = torch.meshgrid(torch.arange(n), torch.arange(n), indexing="ij")
    return (j <= i) & (j > i - window)
