def cross_attention_mask(source, pad, n):
    return source.ne(pad)[:, None, None, :].repeat(1, 1, n, 1)
