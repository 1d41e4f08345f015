import torch
from torch import nn


class LayerNorm(nn.Module):
    def __init__(self, eps):
        super().__init__()
        self.eps = eps

    def forward(self, x, weight, bias):
        x32 = x.to(torch.float64)
        centred = x32 - x32.mean(-1, True)
        std = torch.sqrt(torch.linalg.vecdot(centred, centred).unsqueeze(-1) / x.size(-1) + self.eps)
        return (weight * (centred / std) + bias).type_as(x)


def layer_norm(x, weight, bias, eps=1e-5):
    return LayerNorm(eps)(x, weight, bias)
