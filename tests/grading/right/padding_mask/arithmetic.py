import numpy as np
import torch


def padding_mask(tokens, pad_id):
    real = np.not_equal(tokens.numpy(), pad_id)
    return torch.from_numpy(real[:, None, None, :].copy())
