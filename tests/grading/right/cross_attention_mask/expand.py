def cross_attention_mask(source_tokens, pad_id, n_query):
    batch, n_key = source_tokens.shape
    return (source_tokens != pad_id).view(batch, 1, 1, n_key).expand(batch, 1, n_query, n_key)
