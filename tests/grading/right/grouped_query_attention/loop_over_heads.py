import torch


def grouped_query_attention(query, key, value, mask=None):
    b, h, n, d = query.shape
    g, m = key.shape[1], key.shape[2]
    mask = torch.ones(n, m, dtype=torch.bool) if mask is None else mask
    mask = mask.expand(b, h, n, m)
    heads = []
    for i in range(h):
        k, v = key[:, i // (h // g)], value[:, i // (h // g)]
        s = torch.bmm(query[:, i], k.transpose(1, 2)) * d**-0.5
        s = s.masked_fill(~mask[:, i], torch.finfo(s.dtype).min)
        heads.append(torch.bmm(s.softmax(-1).masked_fill(~mask[:, i], 0), v))
    return torch.stack(heads, dim=1)
