import torch


def padding_mask(tokens, pad_id):
    mask = torch.ones(tokens.shape[0], 1, 1, tokens.shape[1], dtype=torch.bool)
    for b, row in enumerate(tokens.tolist()):
        for j, token in enumerate(row):
            if token == pad_id:
                mask[b, 0, 0, j] = False
    return mask
