import torch


def merge_heads(heads):
    pieces = [piece.squeeze(1) for piece in heads.chunk(heads.shape[1], dim=1)]
    return torch.cat(pieces, -1)
