import torch


def global_local_mask(n, window, global_positions):
    position = torch.arange(n)
    near = (position[None] - position[:, None]).abs() <= window
    chosen = torch.zeros(n, dtype=torch.bool)
    chosen[global_positions] = True
    return near | chosen[None] | chosen[:, None]
