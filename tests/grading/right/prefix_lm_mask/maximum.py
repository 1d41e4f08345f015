import torch


def prefix_lm_mask(n, prefix_len):
    position = torch.arange(n)
    last = torch.maximum(position, torch.tensor(prefix_len - 1))
    return position[None, :] <= last[:, None]
