import torch


def masked_softmax(scores, mask, dim=-1):
    work = scores.float() if scores.dtype in (torch.float16, torch.bfloat16) else scores
    low = torch.finfo(work.dtype).min
    if scores.shape[dim] == 0:
        return scores * 1
    top = torch.where(mask, work, low).amax(dim, keepdim=True).detach()
    powers = torch.where(mask, (torch.where(mask, work, top) - top).exp(), 0.0)
    total = powers.sum(dim, keepdim=True)
    return (powers / torch.where(total > 0, total, 1.0)).to(scores.dtype)
