import torch


def decoder_mask(ids, pad):
    n = ids.shape[-1]
    position = torch.arange(n)
    order = position.view(n, 1) - position.view(1, n)
    real = (ids != pad).to(torch.int64)[:, None, None, :]
    return torch.where(order >= 0, real, 0) > 0
