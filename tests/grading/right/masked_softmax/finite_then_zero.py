import torch


def masked_softmax(scores, mask, dim=-1):
    low = torch.finfo(scores.dtype).min
    return scores.masked_fill(~mask, low).softmax(dim).masked_fill(~mask, 0)
