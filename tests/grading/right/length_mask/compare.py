import torch


def length_mask(lengths, max_len):
    return (torch.arange(max_len) < lengths.unsqueeze(1)).unsqueeze(1).unsqueeze(1)
