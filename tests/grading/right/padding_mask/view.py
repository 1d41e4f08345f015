def padding_mask(tokens, pad_id):
    batch, length = tokens.shape
    return tokens.ne(pad_id).view(batch, 1, 1, length)
