import torch


def decoder_mask(tokens, pad_id):
    batch, n = tokens.shape
    future = torch.ones(n, n, dtype=torch.bool).triu(1)
    hidden = future.expand(batch, 1, n, n) | (tokens == pad_id).reshape(batch, 1, 1, n)
    return hidden.logical_not()
