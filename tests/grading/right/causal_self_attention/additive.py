import torch


def causal_self_attention(x, w_qkv, w_o, n_heads):
    length, width = x.shape[1:]
    size = width // n_heads
    fused = torch.einsum("bne,phde->pbhnd", x, w_qkv.reshape(3, n_heads, size, width))
    future = torch.full((length, length), -torch.inf, dtype=x.dtype).triu(1)
    scores = torch.einsum("bhnd,bhmd->bhnm", fused[0], fused[1]) / size**0.5 + future
    mixed = torch.einsum("bhnm,bhmd->bhnd", torch.softmax(scores, -1), fused[2])
    return torch.einsum("bhnd,ehd->bne", mixed, w_o.reshape(width, n_heads, size))
