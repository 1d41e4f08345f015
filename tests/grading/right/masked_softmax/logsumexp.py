import torch


def masked_softmax(scores, mask, dim=-1):
    mask = mask.expand(scores.shape)
    some = mask.any(dim, keepdim=True)
    safe = torch.where(mask, scores, torch.finfo(scores.dtype).min)
    weights = torch.log_softmax(safe, dim).exp()
    return torch.where(mask & some, weights, torch.zeros_like(weights))
