import torch


def softmax(x, dim=-1):
    slices = x.unbind(dim)
    top = slices[0]
    for s in slices[1:]:
        top = torch.maximum(top, s)
    powers = [torch.exp(s - top.detach()) for s in slices]
    total = sum(powers)
    return torch.stack([p / total for p in powers], dim=dim)
