import torch


def layer_norm(x, weight, bias, eps=1e-5):
    e = x.shape[-1]
    wide = x.float() if x.dtype in (torch.float16, torch.bfloat16) else x
    centring = torch.eye(e, dtype=wide.dtype) - 1.0 / e
    c = wide @ centring
    scale = (c.pow(2).sum(-1, keepdim=True) / e + eps).pow(-0.5)
    return (c * scale).to(x.dtype) * weight + bias
