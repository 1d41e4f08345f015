import torch


def causal_mask(n_query, n_key=None):
    n_key = n_query if n_key is None else n_key
    scores = torch.full((n_query, n_key), float("-inf")).triu(n_key - n_query + 1)
    return scores == 0
