import torch


def rms_norm(x, weight, eps=1e-6):
    wide = x.double()
    ms = torch.einsum("...e,...e->...", wide, wide) / x.shape[-1]
    return torch.einsum("...e,...,e->...e", wide, (ms + eps) ** -0.5, weight.double()).to(x.dtype)
