import math

import torch
import torch.nn.functional as F


def attention_weights(query, key, mask=None):
    root = math.sqrt(math.sqrt(query.size(-1)))
    scores = torch.matmul(query / root, (key / root).transpose(-1, -2))
    if mask is not None:
        bias = torch.zeros(mask.shape, dtype=scores.dtype).masked_fill(~mask, float("-inf"))
        scores = scores + bias
        dead = torch.isneginf(scores).all(dim=-1, keepdim=True)
        scores = scores.masked_fill(dead, 0.0)
        return F.log_softmax(scores, dim=-1).exp().masked_fill(dead, 0.0)
    return F.log_softmax(scores, dim=-1).exp()
