import torch


def scaled_dot_product_attention(query, key, value, mask=None):
    scores = (query @ key.mT) * query.shape[-1] ** -0.5
    if mask is None:
        mask = torch.ones_like(scores, dtype=torch.bool)
    low = torch.finfo(scores.dtype).min / 2
    scores = scores.masked_fill(~mask, low)
    if scores.shape[-1] == 0:
        return scores @ value
    weights = torch.exp(scores - torch.logsumexp(scores, -1, keepdim=True))
    return (weights * mask) @ value
