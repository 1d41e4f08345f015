"""Wrong answers written as people write them, in real candidates: none passes, and the mistake is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Grade

RIGHT = Path(__file__).parent / "right"
SDPA = "scaled_dot_product_attention/masked_then_zeroed"
MHA = "multi_head_attention/loop_over_heads"
STACKED = "multi_head_attention/scale_first"
LIBRARY = "multi_head_attention/torch_attention"
MASKED = "scores.masked_fill(~mask, torch.finfo(scores.dtype).min)"

# (a right answer, what is changed in it, into what, the mistakes that may be named first)
WRONG: list[tuple[str, str, str, set[str]]] = [
    ("causal_mask/tril", ".tril(n_key - n_query)", ".tril()", {"causal-top-left"}),
    ("causal_mask/tril", ".tril(n_key - n_query)", ".tril(n_key - n_query - 1)", {"causal-off-by-one"}),
    ("causal_mask/tril", ".tril(n_key - n_query)", ".triu(n_key - n_query)", {"causal-transposed"}),
    ("causal_mask/tril", ", dtype=torch.bool)", ")", {"wrong-dtype"}),
    ("causal_mask/triu", "~torch", "torch", {"mask-inverted"}),
    ("causal_mask/loops", "n_key), dtype", "n_query), dtype", {"parameter-ignored", "fixed-size"}),
    ("padding_mask/view", "ne(", "eq(", {"pad-id-inverted"}),
    ("padding_mask/view", ".ne(pad_id)", ".bool()", {"parameter-ignored"}),
    ("padding_mask/view", ".view(batch, 1, 1, length)", "", {"wrong-shape"}),
    ("padding_mask/view", "view(batch, 1, 1, length)", "view(batch, 1, length, 1)", {"mask-wrong-axis"}),
    ("softmax/normalised", "torch.amax(x, dim, keepdim=True)", "x.max()", {"softmax-unstable"}),
    ("softmax/normalised", "p=1.0, dim=dim", "p=1.0, dim=-1", {"wrong-denominator"}),
    ("softmax/values_with_gradient", "dim=dim", "dim=-1", {"softmax-wrong-dim"}),
    ("softmax/values_with_gradient", "return e.div", "return e.detach().div", {"detached-gradient"}),
    ("softmax/values_with_gradient", "return e.div(e", "return e.float().div(e.float()", {"wrong-dtype"}),
    ("softmax/values_with_gradient", "(x - x.max", "(x.mul_(2) / 2 - x.max", {"mutates-input"}),
    (SDPA, " / math.sqrt(Q.size(-1))", "", {"missing-scale"}),
    (SDPA, "math.sqrt(Q.size(-1))", "Q.size(-1)", {"wrong-scale"}),
    (SDPA, "~mask", "mask", {"mask-inverted"}),
    (SDPA, "if mask is None", "if True", {"mask-ignored"}),
    (SDPA, "dim=-1", "dim=-2", {"softmax-wrong-dim"}),
    (SDPA, MASKED, "scores", {"mask-after-softmax"}),
    (SDPA, MASKED, "scores + mask", {"mask-additive-one", "mask-after-softmax"}),
    (SDPA, ".masked_fill(~mask, 0.0)", "", {"uniform-on-fully-masked"}),
    (SDPA, "weights.masked_fill(~mask, 0.0) @ V", "F.dropout(weights, 0.2) @ V", {"nondeterministic"}),
    (SDPA, "torch.matmul(Q, K", "torch.matmul(K, Q", {"key-query-swapped"}),
    (MHA, "out + attend(q, k, v, ", "out + attend(k, k, v, ", {"wrong-source", "fixed-size"}),
    (MHA, " @ w_o[:, rows].T", " @ w_o[rows]", {"weight-not-transposed"}),
    (MHA, "value @ w_v[rows].T", "value[..., rows]", {"value-not-projected"}),
    (MHA, "rows = slice(h * d, (h + 1) * d)", "rows = slice(h, None, n_heads)", {"head-order"}),
    (MHA, "key @ w_k", "key @ w_q", {"parameter-reused"}),
    (MHA, "math.sqrt(q.shape[-1])", "q.shape[-1]", {"wrong-scale"}),
    (MHA, "mask[:, h]", "mask[:, 0]", {"mask-wrong-axis"}),
    (STACKED, " @ w_o.t()", "", {"output-not-projected"}),
    (LIBRARY, "out.transpose(1, 2).flatten(2)", "out.reshape(*query.shape)", {"heads-not-merged-back"}),
]  # fmt: skip


@pytest.mark.parametrize(("style", "old", "new", "names"), WRONG)
def test_mistake_is_named(grade: Grade, style: str, old: str, new: str, names: set[str]) -> None:
    source = (RIGHT / f"{style}.py").read_text("utf-8")
    assert old in source
    report = grade(style.partition("/")[0], source.replace(old, new))
    assert report.stars < 2
    assert report.failure is not None
    assert set(report.mistakes[:1]) <= names
    assert report.mistakes


def test_two_mistakes_at_once_are_both_named(grade: Grade) -> None:
    source = (RIGHT / f"{SDPA}.py").read_text("utf-8").replace(" / math.sqrt(Q.size(-1))", "")
    report = grade("scaled_dot_product_attention", source.replace("~mask", "mask"))
    assert set(report.mistakes) == {"missing-scale", "mask-inverted"}


def test_a_wrong_answer_like_no_known_one_gets_no_name(grade: Grade) -> None:
    source = (RIGHT / f"{SDPA}.py").read_text("utf-8")
    changed = source.replace("weights.masked_fill(~mask, 0.0) @ V", "torch.sin(weights @ V)")
    assert changed != source
    report = grade("scaled_dot_product_attention", changed)
    assert (report.verdict, report.mistakes) == ("fail", ())


def test_state_between_calls_is_no_answer(grade: Grade) -> None:
    source = """
        import torch
        seen = []
        def causal_mask(n_query, n_key=None):
            n_key = n_query if n_key is None else n_key
            repeated = (n_query, n_key) in seen
            seen.append((n_query, n_key))
            return torch.ones(n_query, n_key, dtype=torch.bool).tril(n_key - n_query + 5 * repeated)
    """
    report = grade("causal_mask", source.replace("\n        ", "\n"))
    assert not report.passed
    assert report.mistakes == ("nondeterministic",)
