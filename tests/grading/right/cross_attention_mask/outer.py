import torch


def cross_attention_mask(source_tokens, pad_id, n_query):
    keys = source_tokens != pad_id
    queries = torch.ones(n_query, dtype=torch.bool)
    return (queries[:, None] & keys[:, None, :])[:, None]
