import torch


def global_local_mask(n, window, where):
    i = torch.arange(n)
    mask = (i.view(-1, 1) - i).abs().le(window)
    return mask.index_fill(0, where, True).index_fill(1, where, True)
