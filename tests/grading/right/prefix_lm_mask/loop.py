import torch


def prefix_lm_mask(n, prefix_len):
    mask = torch.zeros(n, n, dtype=torch.bool)
    for i in range(n):
        mask[i, : max(i + 1, prefix_len)] = True
    return mask
