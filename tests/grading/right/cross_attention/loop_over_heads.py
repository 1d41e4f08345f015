import torch


def cross_attention(x, memory, w_q, w_k, w_v, w_o, n_heads, memory_mask=None):
    b, n, e = x.shape
    m, d = memory.shape[1], e // n_heads
    if memory_mask is not None:
        memory_mask = memory_mask.broadcast_to(b, n_heads, n, m)
    total = torch.zeros_like(x)
    for h in range(n_heads):
        cols = slice(h * d, h * d + d)
        q, k, v = x @ w_q[cols].T, memory @ w_k[cols].T, memory @ w_v[cols].T
        s = torch.bmm(q, k.transpose(1, 2)) * d**-0.5
        if memory_mask is None:
            a = s.softmax(-1)
        else:
            ok = memory_mask[:, h]
            a = s.masked_fill(~ok, torch.finfo(s.dtype).min).softmax(-1).where(ok, 0.0)
        total = total + (a @ v) @ w_o[:, cols].T
    return total
