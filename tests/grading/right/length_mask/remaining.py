import torch


def length_mask(lengths, max_len):
    left = lengths[:, None, None, None] - torch.arange(max_len)
    return left.clamp(min=0).bool()
