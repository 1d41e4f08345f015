import torch.nn.functional as F


def cross_attention(x, memory, w_q, w_k, w_v, w_o, n_heads, memory_mask=None):
    def heads(t, w):
        return F.linear(t, w).unflatten(-1, (n_heads, -1)).transpose(1, 2)

    q, k, v = heads(x, w_q), heads(memory, w_k), heads(memory, w_v)
    if memory_mask is not None:
        memory_mask = memory_mask.expand(*q.shape[:3], k.shape[2])
    out = F.scaled_dot_product_attention(q, k, v, attn_mask=memory_mask)
    return F.linear(out.transpose(1, 2).flatten(2), w_o)
