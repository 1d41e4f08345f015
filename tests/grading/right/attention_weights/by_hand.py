import torch


def attention_weights(query, key, mask=None):
    d = query.shape[-1]
    q, k = (
        query.to(torch.promote_types(query.dtype, torch.float32)),
        key.to(torch.promote_types(key.dtype, torch.float32)),
    )
    s = (q.unsqueeze(-2) * k.unsqueeze(-3)).sum(-1).div(d**0.5)
    allowed = torch.ones_like(s, dtype=torch.bool) if mask is None else mask.expand(s.shape)
    peak = torch.where(allowed, s, -1e30).max(dim=-1, keepdim=True).values.detach()
    e = torch.where(allowed, s - peak, -1e4).exp() * allowed
    z = e.sum(-1, keepdim=True)
    return torch.where(z > 0, e / torch.where(z > 0, z, 1.0), 0.0).to(query.dtype)
