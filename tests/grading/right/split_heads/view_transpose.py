def split_heads(x, n_heads):
    b, n, e = x.shape
    return x.reshape(b, n, n_heads, e // n_heads).permute(0, 2, 1, 3)
