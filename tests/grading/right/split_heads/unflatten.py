def split_heads(x, n_heads):
    return x.unflatten(-1, (n_heads, x.size(-1) // n_heads)).swapaxes(1, 2)
