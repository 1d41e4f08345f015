import torch


def document_mask(ids):
    apart = ids[:, None, :, None] - ids[:, None, None, :]
    position = torch.arange(ids.shape[1])
    return (apart == 0) & (position[None, :] <= position[:, None])
