import math

import torch


def attention_weights(query, key, mask=None):
    logits = (query / math.sqrt(query.shape[-1])).matmul(key.mT)
    if mask is not None:
        some = mask.any(-1, keepdim=True)
        logits = torch.where(mask | ~some, logits, -torch.inf)
        return logits.softmax(-1) * some
    return logits.softmax(-1)
