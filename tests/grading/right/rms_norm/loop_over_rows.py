import torch


def rms_norm(x, weight, eps=1e-6):
    flat = x.reshape(-1, x.shape[-1])
    out = [row * weight / (row.square().mean() + eps).sqrt() for row in flat]
    return torch.stack(out).reshape(x.shape) if out else x * weight
