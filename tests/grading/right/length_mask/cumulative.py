import torch


def length_mask(n_tokens, width):
    rank = torch.ones(n_tokens.shape[0], width, dtype=torch.int64).cumsum(1)
    return rank.le(n_tokens.view(-1, 1))[:, None, None]
