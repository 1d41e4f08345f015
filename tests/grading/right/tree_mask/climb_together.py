import torch


def tree_mask(parent):
    n = len(parent)
    mask = torch.eye(n, dtype=torch.bool)
    here = parent.clone()
    while (here >= 0).any():
        inside = torch.nonzero(here >= 0).flatten()
        mask[inside, here[inside]] = True
        here[inside] = parent[here[inside]]
    return mask
