import math

import torch


def one_head(query, key, value, mask):
    rows = []
    for i in range(query.shape[0]):
        scores = (key * query[i]).sum(-1) / math.sqrt(query.shape[1])
        keep = mask[i]
        if not keep.any():
            rows.append((value * 0).sum(0))
            continue
        powers = torch.exp(scores[keep] - scores[keep].max())
        rows.append((powers[:, None] * value[keep]).sum(0) / powers.sum())
    return torch.stack(rows) if rows else query.new_zeros(0, value.shape[-1])


def scaled_dot_product_attention(query, key, value, mask=None):
    lead, n, m = query.shape[:-2], query.shape[-2], key.shape[-2]
    mask = torch.ones(n, m, dtype=torch.bool) if mask is None else mask
    mask = mask.expand(*lead, n, m).reshape(math.prod(lead), n, m)
    flat = [x.reshape(math.prod(lead), *x.shape[-2:]) for x in (query, key, value)]
    heads = [one_head(*(x[b] for x in flat), mask[b]) for b in range(math.prod(lead))]
    if not heads:
        return query.new_zeros(*lead, n, value.shape[-1])
    return torch.stack(heads).reshape(*lead, n, value.shape[-1])
