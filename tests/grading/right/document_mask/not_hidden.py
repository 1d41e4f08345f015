import torch


def document_mask(document_ids):
    n = document_ids.size(-1)
    other = document_ids[..., None] != document_ids[..., None, :]
    return ~(other | torch.ones(n, n, dtype=torch.bool).triu(1))[:, None]
