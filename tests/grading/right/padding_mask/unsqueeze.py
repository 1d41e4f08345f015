import torch


def padding_mask(tokens: torch.Tensor, pad_id: int) -> torch.Tensor:
    return torch.logical_not(tokens.eq(pad_id)).unsqueeze(1).unsqueeze(2)
