import torch


def length_mask(lengths, max_len):
    mask = torch.zeros(len(lengths), 1, 1, max_len, dtype=torch.bool)
    for row, length in enumerate(lengths.tolist()):
        mask[row, 0, 0, :length] = True
    return mask
