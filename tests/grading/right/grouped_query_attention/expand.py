import math

import torch


def repeat_kv(x, times):
    b, g, m, d = x.shape
    return x[:, :, None].expand(b, g, times, m, d).reshape(b, g * times, m, d)


def grouped_query_attention(query, key, value, mask=None):
    times = query.shape[1] // key.shape[1]
    k, v = repeat_kv(key, times), repeat_kv(value, times)
    logits = torch.matmul(query, k.transpose(2, 3)) / math.sqrt(query.shape[-1])
    if mask is None:
        return logits.softmax(-1) @ v
    empty = ~mask.any(-1, keepdim=True)
    logits = logits.masked_fill(~mask & ~empty, -torch.inf)
    return logits.softmax(-1).masked_fill(empty, 0.0) @ v
