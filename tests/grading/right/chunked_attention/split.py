import math

import torch


def chunked_attention(query, key, value, chunk, mask=None):
    m = key.shape[-2]
    wide = query if query.dtype == torch.float64 else query.float()
    top = torch.full((*query.shape[:-1], 1), -torch.inf, dtype=wide.dtype)
    den = torch.zeros_like(top)
    num = wide.new_zeros(*query.shape[:-1], value.shape[-1])
    if m == 0:
        return num.to(query.dtype)
    masks = [None] * (m // chunk + 1) if mask is None else mask.expand(*mask.shape[:-1], m).split(chunk, -1)
    for k, v, ok in zip(key.split(chunk, -2), value.split(chunk, -2), masks, strict=False):
        s = wide @ k.to(wide.dtype).mT / math.sqrt(query.shape[-1])
        if ok is not None:
            s = torch.where(ok, s, -torch.inf)
        new = torch.maximum(top, s.max(-1, keepdim=True).values)
        safe = torch.where(new.isinf(), 0.0, new).detach()
        p = torch.exp(s - safe)
        old = torch.exp(top.detach() - safe)
        den = den * old + p.sum(-1, keepdim=True)
        num = num * old + p @ v.to(wide.dtype)
        top = new.detach()
    return torch.where(den > 0, num / torch.where(den > 0, den, 1.0), 0.0).to(query.dtype)
