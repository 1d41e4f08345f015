"""The transformer as pure PyTorch functions, one topic a module, to be read the evening before.

Shapes throughout: B batch, H heads, N query length, M key length, D head size, E = H * D model size.
Masks are boolean and True means "may attend", as in `torch.nn.functional.scaled_dot_product_attention`.
Nothing here knows the program that asks the questions.
"""
