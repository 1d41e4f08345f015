import torch


def scaled_dot_product_attention(query, key, value, mask=None):
    dtype = query.dtype
    if dtype in (torch.float16, torch.bfloat16):
        query, key, value = query.float(), key.float(), value.float()
    bias = torch.zeros((), dtype=query.dtype)
    if mask is not None:
        bias = torch.zeros(mask.shape, dtype=query.dtype).masked_fill_(mask.logical_not(), float("-inf"))
    scores = query.matmul(key.transpose(-1, -2)).div(query.shape[-1] ** 0.5) + bias
    top = scores.detach().amax(-1, keepdim=True).clamp(min=-1e30) if scores.shape[-1] else 0.0
    powers = (scores - top).exp()
    return (powers @ value / powers.sum(-1, keepdim=True).clamp(min=1e-30)).to(dtype)
