import torch


def global_local_mask(n, window, global_positions):
    one_hot = (global_positions[:, None] == torch.arange(n)).long().sum(0)
    i = torch.arange(n)
    score = one_hot[:, None] + one_hot[None, :] + ((i[:, None] - i).square() <= window**2)
    return score > 0
