import torch


def cross_attention(x, memory, w_q, w_k, w_v, w_o, n_heads, memory_mask=None):
    e = x.shape[-1]
    d = e // n_heads
    wq, wk, wv = (w.view(n_heads, d, e) for w in (w_q, w_k, w_v))
    q = torch.einsum("bne,hde->bhnd", x, wq)
    k = torch.einsum("bme,hde->bhmd", memory, wk)
    v = torch.einsum("bme,hde->bhmd", memory, wv)
    logits = torch.einsum("bhnd,bhmd->bhnm", q / d**0.5, k)
    if memory_mask is None:
        a = logits.softmax(-1)
    else:
        a = logits.masked_fill(~memory_mask, torch.finfo(logits.dtype).min).softmax(-1) * memory_mask
    return torch.einsum("bhnm,bhmd,ehd->bne", a, v, w_o.view(e, n_heads, d))
