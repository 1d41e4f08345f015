import math

import torch


def sinusoidal_positions(n, d_model):
    table = [
        [(math.cos if c % 2 else math.sin)(p / 10000 ** (c // 2 * 2 / d_model)) for c in range(d_model)]
        for p in range(n)
    ]
    return torch.tensor(table, dtype=torch.float32).reshape(n, d_model)
