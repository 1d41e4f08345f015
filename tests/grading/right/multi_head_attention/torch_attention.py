import torch.nn.functional as F


def multi_head_attention(query, key, value, w_q, w_k, w_v, w_o, n_heads, mask=None):
    def split(x):
        return x.unflatten(-1, (n_heads, -1)).transpose(1, 2)

    q, k, v = split(F.linear(query, w_q)), split(F.linear(key, w_k)), split(F.linear(value, w_v))
    if mask is not None:
        mask = mask.expand(q.shape[0], n_heads, q.shape[2], k.shape[2])
    out = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
    return F.linear(out.transpose(1, 2).flatten(2), w_o)
