import torch
import torch.nn.functional as F


def causal_self_attention(x, w_qkv, w_o, n_heads):
    if x.shape[0] == 0 or x.shape[1] == 0:
        return x @ w_o.T
    y = x.transpose(0, 1)
    hidden = torch.ones(len(y), len(y), dtype=torch.bool).triu(1)
    out, _ = F.multi_head_attention_forward(
        y,
        y,
        y,
        x.shape[-1],
        n_heads,
        w_qkv,
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
