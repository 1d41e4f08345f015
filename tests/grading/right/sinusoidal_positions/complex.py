import torch


def sinusoidal_positions(n, d_model):
    rates = 10000.0 ** (-torch.arange(0, d_model, 2, dtype=torch.float64) / d_model)
    turn = torch.polar(torch.ones(n, d_model // 2, dtype=torch.float64), torch.arange(n)[:, None] * rates)
    return torch.view_as_real(turn).flip(-1).reshape(n, d_model).float()
