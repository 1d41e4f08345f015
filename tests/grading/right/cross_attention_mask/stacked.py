import torch


def cross_attention_mask(source_tokens, pad_id, n_query):
    index = torch.zeros(n_query, dtype=torch.int64)
    return torch.logical_not(source_tokens == pad_id).unsqueeze(1)[:, index].unsqueeze(1)
