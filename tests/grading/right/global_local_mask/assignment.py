import torch


def global_local_mask(n, window, global_positions):
    mask = torch.ones(n, n, dtype=torch.bool).triu(-window).tril(window)
    mask[global_positions, :] = True
    mask[:, global_positions] = True
    return mask
