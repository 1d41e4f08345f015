import torch


def causal_mask(n_query, n_key=None):
    n_key = n_query if n_key is None else n_key
    size = max(n_query, n_key)
    square = torch.arange(size) <= torch.arange(size).unsqueeze(1)
    return square[size - n_query :, size - n_key :]
