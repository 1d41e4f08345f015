import torch


def attention_weights(query, key, mask=None):
    scores = torch.einsum("...nd,...md->...nm", query, key) * query.size(-1) ** -0.5
    if mask is None:
        return torch.softmax(scores, dim=-1)
    probabilities = torch.softmax(
        scores.masked_fill(mask.logical_not(), torch.finfo(scores.dtype).min), dim=-1
    )
    return probabilities.masked_fill(mask.logical_not(), 0)
