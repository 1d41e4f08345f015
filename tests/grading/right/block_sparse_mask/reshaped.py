def block_sparse_mask(n, size, layout):
    blocks = layout.shape[0]
    wide = layout[:, None, :, None].expand(blocks, size, blocks, size)
    return wide.reshape(blocks * size, blocks * size)[:n, :n]
