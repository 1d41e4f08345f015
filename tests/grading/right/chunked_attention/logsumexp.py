import torch


def chunked_attention(query, key, value, chunk, mask=None):
    """Merges the chunks' own results by their logsumexp."""
    *lead, n, d = query.shape
    m = key.shape[-2]
    q = query.to(torch.float64) / d**0.5
    out = q.new_zeros(*lead, n, value.shape[-1])
    lse = q.new_full((*lead, n, 1), -1e300)
    for start in range(0, m, chunk):
        stop = min(m, start + chunk)
        s = q @ key[..., start:stop, :].double().transpose(-1, -2)
        if mask is not None:
            s = s.masked_fill(~mask[..., start:stop], -1e300)
        own = s.logsumexp(-1, keepdim=True)
        p = (s - own).exp()
        if mask is not None:
            p = p * mask[..., start:stop]
        both = torch.logaddexp(lse, own)
        out = out * (lse - both).exp() + (p @ value[..., start:stop, :].double()) * (own - both).exp()
        lse = both
    return out.to(query.dtype)
