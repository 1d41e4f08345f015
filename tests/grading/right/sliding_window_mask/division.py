import torch


def sliding_window_mask(n, window):
    gap = torch.arange(n).unsqueeze(1) - torch.arange(n)
    return torch.div(gap, window, rounding_mode="floor") == 0
