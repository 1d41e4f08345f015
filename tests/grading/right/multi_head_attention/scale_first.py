import torch
from torch import nn


class Attention(nn.Module):
    def __init__(self, n_heads):
        super().__init__()
        self.n_heads = n_heads

    def forward(self, q, k, v, mask):
        q, k, v = (torch.stack(x.chunk(self.n_heads, dim=-1), dim=1) for x in (q, k, v))
        scores = (q / q.shape[-1] ** 0.25) @ (k / k.shape[-1] ** 0.25).transpose(-2, -1)
        if mask is None:
            weights = scores.softmax(dim=-1)
        else:
            scores = scores.masked_fill(mask.logical_not(), float("-inf"))
            nothing = mask.any(dim=-1, keepdim=True).logical_not()
            weights = scores.masked_fill(nothing, 0.0).softmax(dim=-1).masked_fill(nothing, 0.0)
        return torch.cat((weights @ v).unbind(1), dim=-1)


def multi_head_attention(query, key, value, w_q, w_k, w_v, w_o, n_heads, mask=None):
    attention = Attention(n_heads)
    return attention(query @ w_q.t(), key @ w_k.t(), value @ w_v.t(), mask) @ w_o.t()
