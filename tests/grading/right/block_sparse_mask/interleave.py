def block_sparse_mask(n, block, layout):
    rows = layout.repeat_interleave(block, dim=0)[:n]
    return rows.repeat_interleave(block, dim=1)[:, :n]
