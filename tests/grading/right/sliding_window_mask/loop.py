import torch


def sliding_window_mask(length, size):
    rows = torch.zeros(length, length, dtype=torch.bool)
    for i in range(length):
        rows[i, max(0, i - size + 1) : i + 1] = True
    return rows
