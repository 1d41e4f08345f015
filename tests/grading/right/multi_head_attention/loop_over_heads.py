import math

import torch


def attend(q, k, v, mask):
    scores = torch.bmm(q, k.transpose(1, 2)) / math.sqrt(q.shape[-1])
    if mask is None:
        return scores.softmax(-1) @ v
    return scores.masked_fill(~mask, torch.finfo(scores.dtype).min).softmax(-1).masked_fill(~mask, 0) @ v


def multi_head_attention(query, key, value, w_q, w_k, w_v, w_o, n_heads, mask=None):
    b, n, e = query.shape
    m, d = key.shape[1], e // n_heads
    if mask is not None:
        mask = mask.expand(b, n_heads, n, m)
    out = query.new_zeros(b, n, e)
    for h in range(n_heads):
        rows = slice(h * d, (h + 1) * d)
        q, k, v = query @ w_q[rows].T, key @ w_k[rows].T, value @ w_v[rows].T
        out = out + attend(q, k, v, None if mask is None else mask[:, h]) @ w_o[:, rows].T
    return out
