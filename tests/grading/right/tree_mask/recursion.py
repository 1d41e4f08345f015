import torch


def tree_mask(parent):
    n = parent.shape[0]
    rows = {}

    def row(node):
        if node not in rows:
            own = torch.zeros(n, dtype=torch.bool)
            own[node] = True
            above = int(parent[node])
            rows[node] = own if above < 0 else own | row(above)
        return rows[node]

    if n == 0:
        return torch.zeros(0, 0, dtype=torch.bool)
    return torch.stack([row(node) for node in range(n)])
