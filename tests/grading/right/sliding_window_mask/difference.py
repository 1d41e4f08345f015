import torch


def sliding_window_mask(n, window):
    full = torch.ones(n, n, dtype=torch.bool)
    return torch.tril(full) ^ torch.tril(full, -window)
