import torch


def apply_rope(x, positions, base=10000.0):
    d = x.shape[-1]
    theta = torch.pow(torch.tensor(base, dtype=torch.float64), -torch.arange(0, d, 2).double() / d)
    angle = positions.double().unsqueeze(1) * theta
    c, s = angle.cos(), angle.sin()
    turn = torch.stack([torch.stack([c, -s], -1), torch.stack([s, c], -1)], -2).to(x.dtype)
    return torch.einsum("nfij,...nfj->...nfi", turn, x.unflatten(-1, (d // 2, 2))).flatten(-2)
