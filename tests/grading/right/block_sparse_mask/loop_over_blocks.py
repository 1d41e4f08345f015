import torch


def block_sparse_mask(n, block, layout):
    mask = torch.zeros(n, n, dtype=torch.bool)
    for r, row in enumerate(layout.tolist()):
        for c, allowed in enumerate(row):
            mask[r * block : (r + 1) * block, c * block : (c + 1) * block] = allowed
    return mask
