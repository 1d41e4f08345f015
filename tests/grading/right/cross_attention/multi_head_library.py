import torch
import torch.nn.functional as F


def cross_attention(x, memory, w_q, w_k, w_v, w_o, n_heads, memory_mask=None):
    b, n, e = x.shape
    m = memory.shape[1]
    if b == 0 or n == 0 or m == 0:
        return (x * 0).to(x.dtype)
    hidden = dead = None
    if memory_mask is not None:
        full = memory_mask.expand(b, n_heads, n, m)
        dead = ~full.any(-1)
        if dead.any():  # a head without a key: leave it to the plain way
            q, k, v = (
                (t @ w.T).view(b, -1, n_heads, e // n_heads).transpose(1, 2)
                for t, w in ((x, w_q), (memory, w_k), (memory, w_v))
            )
            s = (q @ k.mT * (e // n_heads) ** -0.5).masked_fill(~full & ~dead[..., None], -torch.inf)
            p = s.softmax(-1) * ~dead[..., None]
            return (p @ v).transpose(1, 2).reshape(b, n, e) @ w_o.T
        hidden = ~full.reshape(b * n_heads, n, m)
    t = memory.transpose(0, 1)
    out, _ = F.multi_head_attention_forward(
        x.transpose(0, 1),
        t,
        t,
        e,
        n_heads,
        torch.cat([w_q, w_k, w_v]),
        None,
        None,
        None,
        False,
        0.0,
        w_o,
        None,
        need_weights=False,
        attn_mask=hidden,
    )
    return out.transpose(0, 1)
