import torch


def decoder_mask(tokens, pad_id):
    n = tokens.size(1)
    causal = torch.tril(torch.ones(n, n, dtype=torch.bool))
    return causal[None, None] & tokens.ne(pad_id)[:, None, None]
