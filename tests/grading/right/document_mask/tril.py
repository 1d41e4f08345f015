import torch


def document_mask(document_ids):
    same = torch.eq(document_ids[:, :, None], document_ids[:, None, :])
    return torch.tril(same)[:, None]
