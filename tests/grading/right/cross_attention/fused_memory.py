import math

import torch


def cross_attention(x, memory, w_q, w_k, w_v, w_o, n_heads, memory_mask=None):
    q = torch.stack((x @ w_q.mT).chunk(n_heads, -1), 1)
    k, v = (memory @ torch.cat([w_k, w_v]).mT).chunk(2, -1)
    k, v = torch.stack(k.chunk(n_heads, -1), 1), torch.stack(v.chunk(n_heads, -1), 1)
    s = q @ k.mT / math.sqrt(q.shape[-1])
    if memory_mask is not None:
        nothing = ~memory_mask.any(-1, keepdim=True)
        s = s.masked_fill(~memory_mask & ~nothing, -math.inf)
    p = torch.softmax(s, -1)
    if memory_mask is not None:
        p = p.masked_fill(nothing, 0.0)
    return torch.cat((p @ v).unbind(1), -1) @ w_o.mT
