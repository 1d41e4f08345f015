import torch


def grouped_query_attention(query, key, value, mask=None):
    owner = torch.arange(query.shape[1]) * key.shape[1] // query.shape[1]
    k, v = key[:, owner], value[:, owner]
    wide = torch.float32 if query.dtype in (torch.float16, torch.bfloat16) else query.dtype
    s = query.to(wide) @ k.to(wide).mT * query.shape[-1] ** -0.5
    if mask is None:
        mask = torch.ones(1, 1, dtype=torch.bool)
    s = s.masked_fill(~mask, -torch.inf)
    top = s.amax(-1, keepdim=True).clamp(min=torch.finfo(wide).min).detach() if s.shape[-1] else 0.0
    e = (s - top).exp()
    z = e.sum(-1, keepdim=True)
    return (e @ v.to(wide) / z.masked_fill(z == 0, 1.0)).to(query.dtype)
