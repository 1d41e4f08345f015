import torch


def row(q, key, value, chunk, mask):
    m, total, mixed = None, None, None
    for start in range(0, key.shape[-2], chunk):
        s = torch.einsum("bhnd,bhmd->bhnm", q, key[:, :, start : start + chunk])
        ok = mask[..., start : start + chunk]
        s = s.masked_fill(~ok, torch.finfo(s.dtype).min)
        new = s.amax(-1, keepdim=True) if m is None else torch.maximum(m, s.amax(-1, keepdim=True))
        p = (s - new).exp() * ok
        v = torch.einsum("bhnm,bhmd->bhnd", p, value[:, :, start : start + chunk])
        if m is None:
            total, mixed = p.sum(-1, keepdim=True), v
        else:
            decay = (m - new).exp()
            total, mixed = total * decay + p.sum(-1, keepdim=True), mixed * decay + v
        m = new
    return mixed / total.masked_fill(total == 0, 1.0)


def chunked_attention(query, key, value, chunk, mask=None):
    b, h, n, d = query.shape
    m = key.shape[2]
    if mask is None:
        mask = torch.ones(1, 1, dtype=torch.bool)
    mask = mask.expand(b, h, n, m)
    if n == 0 or m == 0:
        return query.new_zeros(b, h, n, value.shape[-1])
    dtype = query.dtype
    q, k, v = (x if dtype == torch.float64 else x.float() for x in (query, key, value))
    q = q / d**0.5
    rows = [row(q[:, :, i : i + chunk], k, v, chunk, mask[:, :, i : i + chunk]) for i in range(0, n, chunk)]
    return torch.cat(rows, 2).to(dtype)
