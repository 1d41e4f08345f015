import torch


def prefix_lm_mask(n, prefix_len):
    mask = torch.ones(n, n, dtype=torch.bool).tril()
    mask[:, :prefix_len] = True
    return mask
