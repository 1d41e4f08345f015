import torch


def masked_softmax(scores, mask, dim=-1):
    empty = ~mask.expand(scores.shape).any(dim, keepdim=True)
    filled = scores.masked_fill(~mask, float("-inf")).masked_fill(empty, 0.0)
    return torch.softmax(filled, dim).masked_fill(~mask, 0.0)
