import torch


def block_sparse_mask(n, block, layout):
    index = torch.div(torch.arange(n), block, rounding_mode="floor")
    return layout[index][:, index]
