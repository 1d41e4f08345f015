import torch


def prefix_lm_mask(n, prefix_len):
    left = torch.ones(n, prefix_len, dtype=torch.bool)
    right = torch.ones(n, n, dtype=torch.bool).tril()[:, prefix_len:]
    return torch.cat((left, right), dim=1)
