import torch


def document_mask(document_ids):
    batch, n = document_ids.shape
    mask = torch.zeros(batch, 1, n, n, dtype=torch.bool)
    for i in range(n):
        for j in range(i + 1):
            mask[:, 0, i, j] = document_ids[:, i] == document_ids[:, j]
    return mask
