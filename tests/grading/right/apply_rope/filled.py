import torch


def apply_rope(x, positions, base=10000.0):
    out = torch.empty_like(x)
    for i in range(x.size(-1) // 2):
        angle = positions.double() * base ** (-2 * i / x.size(-1))
        c, s = angle.cos().to(x.dtype)[:, None], angle.sin().to(x.dtype)[:, None]
        a, b = x[..., 2 * i : 2 * i + 1], x[..., 2 * i + 1 : 2 * i + 2]
        out[..., 2 * i : 2 * i + 1] = a * c - b * s
        out[..., 2 * i + 1 : 2 * i + 2] = b * c + a * s
    return out
