import torch


def sinusoidal_positions(n, d_model):
    column = torch.arange(d_model)
    rate = torch.pow(10000.0, -(column - column % 2).double() / d_model)
    phase = (column % 2) * (torch.pi / 2)
    return torch.sin(torch.outer(torch.arange(n).double(), rate) + phase).to(torch.float32)
