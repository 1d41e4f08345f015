import math

import torch
import torch.nn.functional as F


def causal_self_attention(x, w_qkv, w_o, n_heads):
    B, T, C = x.size()
    q, k, v = F.linear(x, w_qkv).split(C, dim=2)
    q = q.view(B, T, n_heads, C // n_heads).transpose(1, 2)
    k = k.view(B, T, n_heads, C // n_heads).transpose(1, 2)
    v = v.view(B, T, n_heads, C // n_heads).transpose(1, 2)
    att = (q @ k.transpose(-2, -1)) * (1.0 / math.sqrt(k.size(-1)))
    bias = torch.tril(torch.ones(T, T)).view(1, 1, T, T)
    att = att.masked_fill(bias == 0, float("-inf"))
    y = F.softmax(att, dim=-1) @ v
    return F.linear(y.transpose(1, 2).contiguous().view(B, T, C), w_o)
