import torch


def attention_weights(query, key, mask=None):
    lead = torch.broadcast_shapes(query.shape[:-2], key.shape[:-2])
    n, m = query.shape[-2], key.shape[-2]
    if mask is None:
        mask = torch.ones(n, m, dtype=torch.bool)
    mask = mask.expand(*lead, n, m)
    rows = []
    for i in range(n):
        row = (query[..., i : i + 1, :] * key).sum(-1) / query.shape[-1] ** 0.5
        ok = mask[..., i, :]
        row = row.masked_fill(~ok, -3e4 if row.dtype == torch.float16 else -1e30)
        rows.append(row.softmax(-1) * ok)
    return torch.stack(rows, -2) if rows else query.new_zeros(*lead, n, m)
