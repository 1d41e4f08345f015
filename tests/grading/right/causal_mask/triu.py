import torch


def causal_mask(rows, columns=None):
    columns = rows if columns is None else columns
    return ~torch.triu(torch.full((rows, columns), True), diagonal=columns - rows + 1)
