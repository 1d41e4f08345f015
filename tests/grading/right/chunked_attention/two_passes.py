import torch


def chunked_attention(query, key, value, chunk, mask=None):
    """First the maximum over all chunks, then the sums."""
    starts = range(0, key.size(-2), chunk)
    wide = torch.promote_types(query.dtype, torch.float32)
    q = query.to(wide) * query.size(-1) ** -0.5

    def scores(start):
        s = q @ key[..., start : start + chunk, :].to(wide).transpose(-2, -1)
        return s if mask is None else s.masked_fill(~mask[..., start : start + chunk], -torch.inf)

    top = torch.full_like(q[..., :1], torch.finfo(wide).min)
    with torch.no_grad():
        for start in starts:
            top = torch.maximum(top, scores(start).amax(-1, keepdim=True))
    num, den = 0.0, 0.0
    for start in starts:
        p = (scores(start) - top).exp()
        den = den + p.sum(-1, keepdim=True)
        num = num + p @ value[..., start : start + chunk, :].to(wide)
    if not len(starts):
        return query.new_zeros(*query.shape[:-1], value.shape[-1])
    return (num / den.masked_fill(den == 0, 1)).to(query.dtype)
