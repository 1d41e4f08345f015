import torch.nn.functional as F


def causal_self_attention(x, w_qkv, w_o, n_heads):
    b, n, e = x.shape
    qkv = F.linear(x, w_qkv).view(b, n, 3, n_heads, e // n_heads).permute(2, 0, 3, 1, 4)
    out = F.scaled_dot_product_attention(*qkv, is_causal=True)
    return F.linear(out.transpose(1, 2).reshape(b, n, e), w_o)
