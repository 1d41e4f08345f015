import torch


def one(row, weight, bias, eps):
    centred = row - row.sum() / row.numel()
    return centred.div((centred.dot(centred) / row.numel() + eps).sqrt()).mul(weight).add(bias)


def layer_norm(x, weight, bias, eps=1e-5):
    rows = x.reshape(-1, x.shape[-1])
    if not rows.numel():
        return x * weight + bias
    return torch.stack([one(row, weight, bias, eps) for row in rows]).reshape(x.shape)
