import torch


def grouped_query_attention(query, key, value, mask=None):
    b, h, n, d = query.shape
    g, m = key.shape[1], key.shape[2]
    q = query.reshape(b, g, h // g, n, d)
    scores = torch.einsum("bgrnd,bgmd->bgrnm", q, key).reshape(b, h, n, m) / d**0.5
    if mask is not None:
        scores = scores.masked_fill(~mask, torch.finfo(scores.dtype).min)
    p = scores.softmax(-1)
    if mask is not None:
        p = p * mask
    return torch.einsum("bgrnm,bgmd->bgrnd", p.reshape(b, g, h // g, n, m), value).reshape(b, h, n, d)
