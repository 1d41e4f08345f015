def softmax(x, dim=-1):
    e = (x - x.max(dim=dim, keepdim=True).values).exp()
    return e.div(e.sum(dim=dim, keepdim=True))
