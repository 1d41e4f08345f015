import torch


def document_mask(document_ids):
    n = document_ids.shape[1]
    same = document_ids.unsqueeze(2) == document_ids.unsqueeze(1)
    return (same & torch.ones(n, n, dtype=torch.bool).tril()).unsqueeze(1)
