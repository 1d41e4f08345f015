import torch


def multi_head_attention(query, key, value, w_q, w_k, w_v, w_o, n_heads, mask=None):
    size = w_q.shape[0] // n_heads

    def heads(w):
        return w.view(n_heads, size, -1)

    q = torch.einsum("bne,hde->bhnd", query, heads(w_q))
    k = torch.einsum("bme,hde->bhmd", key, heads(w_k))
    v = torch.einsum("bme,hde->bhmd", value, heads(w_v))
    scores = torch.einsum("bhnd,bhmd->bhnm", q, k) / size**0.5
    if mask is not None:
        scores = scores.masked_fill(~mask, -1e30 if scores.dtype != torch.float16 else -6e4)
    weights = torch.softmax(scores, -1)
    if mask is not None:
        weights = weights * mask
    mixed = torch.einsum("bhnm,bhmd->bhnd", weights, v)
    return torch.einsum("bhnd,ehd->bne", mixed, w_o.view(-1, n_heads, size))
