import torch


def apply_rope(x, positions, base=10000.0):
    wide = x.double()
    rates = base ** (-torch.arange(0, x.shape[-1], 2, dtype=torch.float64) / x.shape[-1])
    angles = positions[:, None] * rates
    turn = torch.polar(torch.ones_like(angles), angles)
    pairs = torch.view_as_complex(wide.unflatten(-1, (x.shape[-1] // 2, 2)).contiguous())
    return torch.view_as_real(pairs * turn).flatten(-2).to(x.dtype)
