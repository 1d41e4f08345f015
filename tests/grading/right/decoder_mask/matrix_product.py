import torch


def decoder_mask(tokens, pad_id):
    n = tokens.shape[1]
    keys = (tokens != pad_id).float()
    return torch.einsum("ij,bj->bij", torch.ones(n, n).tril(), keys).unsqueeze(1) != 0
