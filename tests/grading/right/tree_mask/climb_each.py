import torch


def tree_mask(parent):
    above = parent.tolist()
    n = len(above)
    rows = []
    for node in range(n):
        row = [False] * n
        while node >= 0:
            row[node] = True
            node = above[node]
        rows.append(row)
    return torch.tensor(rows, dtype=torch.bool).reshape(n, n)
