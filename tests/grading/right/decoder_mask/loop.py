import torch


def decoder_mask(tokens, pad_id):
    batch, n = tokens.shape
    mask = torch.zeros(batch, 1, n, n, dtype=torch.bool)
    for i in range(n):
        mask[:, 0, i, : i + 1] = tokens[:, : i + 1] != pad_id
    return mask
