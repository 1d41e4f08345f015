import torch


def scaled_dot_product_attention(q, k, v, mask=None):
    d = q.shape[-1]
    scores = torch.einsum("...nd,...md->...nm", q * d**-0.5, k)
    if mask is not None:
        scores = torch.where(mask, scores, torch.full_like(scores, float("-inf")))
        empty = ~mask.expand_as(scores).any(-1, keepdim=True)
        scores = torch.where(empty, torch.zeros_like(scores), scores)
        weights = torch.where(empty, torch.zeros_like(scores), scores.softmax(-1))
    else:
        weights = scores.softmax(-1)
    return torch.einsum("...nm,...mv->...nv", weights, v)
