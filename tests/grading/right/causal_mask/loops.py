import torch


def causal_mask(n_query, n_key=None):
    if n_key is None:
        n_key = n_query
    mask = torch.zeros((n_query, n_key), dtype=torch.bool)
    for i in range(n_query):
        for j in range(n_key):
            mask[i, j] = j - (n_key - n_query) <= i
    return mask


if __name__ == "__main__":
    raise SystemExit("a self-test that must not run")
