import torch


def causal_self_attention(x, w_qkv, w_o, n_heads):
    b, n, e = x.shape
    w_q, w_k, w_v = w_qkv[:e], w_qkv[e : 2 * e], w_qkv[2 * e :]
    q, k, v = ((x @ w.t()).reshape(b, n, n_heads, e // n_heads) for w in (w_q, w_k, w_v))
    steps = []
    for i in range(n):  # one position after the other, each with what came before it
        score = torch.einsum("bhd,bjhd->bhj", q[:, i], k[:, : i + 1]) / q.shape[-1] ** 0.5
        steps.append(torch.einsum("bhj,bjhd->bhd", score.softmax(-1), v[:, : i + 1]).flatten(1))
    return torch.stack(steps, 1) @ w_o.t() if steps else x.new_zeros(b, n, e)
