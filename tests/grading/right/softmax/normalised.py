import torch
import torch.nn.functional as F


def softmax(x, dim=-1):
    powers = torch.exp(torch.sub(x, torch.amax(x, dim, keepdim=True)))
    return F.normalize(powers, p=1.0, dim=dim)
