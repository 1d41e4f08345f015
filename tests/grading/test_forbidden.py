"""The library call that is the exercise is refused, whatever it was called through; others are allowed."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from .conftest import Grade

ATTENTION = "scaled_dot_product_attention"
RIGHT = Path(__file__).parent / "right"
HEAD = "import functools, threading, torch\nimport torch.nn.functional as F\n"
CALL = f"def {ATTENTION}(q, k, v, mask=None):\n    return "

# Each defines scaled_dot_product_attention by way of the library's own.
ROUTES = {
    "the function": CALL + f"F.{ATTENTION}(q, k, v, mask)",
    "the function itself": f"{ATTENTION} = F.{ATTENTION}",
    "an alias": f"g = F.{ATTENTION}\n" + CALL + "g(q, k, v, mask)",
    "a name put together": CALL + "getattr(F, 'scaled_dot_' + 'product_attention')(q, k, v, mask)",
    "the C function": CALL + f"torch._C._nn.{ATTENTION}(q, k, v, mask)",
    "the operator": CALL + f"torch.ops.aten.{ATTENTION}(q, k, v, mask)",
    "the overload": CALL + f"torch.ops.aten.{ATTENTION}.default(q, k, v, mask)",
    "the operator below": CALL + f"torch.ops.aten._{ATTENTION}_math(q, k, v, mask)[0]",
    "functools.partial": f"{ATTENTION} = functools.partial(F.{ATTENTION}, dropout_p=0.0)",
    "a compiled function": f"g = torch.compile(F.{ATTENTION}, backend='eager')\n" + CALL + "g(q, k, v, mask)",
    "a traced function": f"""
        x = torch.ones(2, 3)
        g = torch.jit.trace(lambda q, k, v: F.{ATTENTION}(q, k, v), (x, x, x), check_trace=False)
        def {ATTENTION}(q, k, v, mask=None):
            return g(q, k, v)
    """,
    "vmap": CALL + f"torch.vmap(F.{ATTENTION})(q, k, v)",
    "torch functions switched off": f"""
        def {ATTENTION}(q, k, v, mask=None):
            with torch._C.DisableTorchFunction():
                return F.{ATTENTION}(q, k, v, mask)
    """,
    "a thread": f"""
        def {ATTENTION}(q, k, v, mask=None):
            out = []
            thread = threading.Thread(target=lambda: out.append(F.{ATTENTION}(q, k, v, mask)))
            thread.start()
            thread.join()
            return out[0]
    """,
    "a thread that was there before": f"""
        from concurrent.futures import ThreadPoolExecutor
        pool = ThreadPoolExecutor(1)
        pool.submit(int).result()
        def {ATTENTION}(q, k, v, mask=None):
            return pool.submit(F.{ATTENTION}, q, k, v, mask).result()
    """,
    "an autograd function": f"""
        class Own(torch.autograd.Function):
            @staticmethod
            def forward(ctx, q, k, v):
                return F.{ATTENTION}(q, k, v)
        def {ATTENTION}(q, k, v, mask=None):
            return Own.apply(q, k, v)
    """,
    "a module": f"""
        def {ATTENTION}(q, k, v, mask=None):
            layer = torch.nn.MultiheadAttention(q.shape[-1], 1, batch_first=True).to(q.dtype)
            flat = q.reshape(1, -1, q.shape[-1])
            return layer(flat, flat, flat)[0].reshape(q.shape)
    """,
    "swallowed": f"""
        def {ATTENTION}(q, k, v, mask=None):
            try:
                return F.{ATTENTION}(q, k, v, mask)
            except BaseException:
                return v
    """,
}


@pytest.mark.parametrize("route", ROUTES.values(), ids=ROUTES.keys())
def test_every_way_to_the_library_call_is_refused_with_its_name(grade: Grade, route: str) -> None:
    report = grade(ATTENTION, HEAD + textwrap.dedent(route))
    assert (report.verdict, report.stars, report.mistakes) == ("refused", 0, ("forbidden-call",))
    assert report.correct.passed == 0
    assert report.failure is not None
    assert any(name in report.failure.message for name in (ATTENTION, "multi_head_attention_forward"))


FORBIDDEN = [
    ("softmax", "import torch\ndef softmax(x, dim=-1): return torch.softmax(x, dim)"),
    ("softmax", "def softmax(x, dim=-1): return x.log_softmax(dim).exp()"),
    ("softmax", "import torch\ndef softmax(x, dim=-1): return torch.nn.Softmax(dim)(x)"),
    ("softmax", "import torch\ndef softmax(x, dim=-1): return torch.special.softmax(x, dim)"),
    ("softmax", "import torch\ndef softmax(x, dim=-1): return torch.ops.aten._softmax(x, dim, False)"),
    ("softmax", "import torch\ndef softmax(x, dim=-1): return torch.nn.functional.softmin(-x, dim)"),
    (
        ATTENTION,
        f"from torch.nn.functional import *\nf = {ATTENTION}\ndef g(q, k, v, m=None): return f(q, k, v, m)",
    ),
    (
        ATTENTION,
        f"import torch\ndef {ATTENTION}(q, k, v, m=None): return torch.ops.aten.{ATTENTION}(q, k, v, m)",
    ),
    (
        ATTENTION,
        f"import torch.nn.functional as F\ndef {ATTENTION}(q, k, v, m=None):\n"
        f"    try:\n        return F.{ATTENTION}(q, k, v, m)\n    except BaseException:\n        return v",
    ),
    (
        "multi_head_attention",
        "import torch.nn.functional as F\ndef multi_head_attention(q, k, v, a, b, c, d, n, mask=None):\n"
        "    q, k, v = (x.transpose(0, 1) for x in (q, k, v))\n"
        "    w = __import__('torch').cat([a, b, c])\n"
        "    return F.multi_head_attention_forward(q, k, v, q.shape[-1], n, w, None, None, None, False, 0.0,"
        " d, None)[0].transpose(0, 1)",
    ),
]


@pytest.mark.parametrize(("exercise", "source"), FORBIDDEN)
def test_library_call_that_is_the_exercise_is_refused(grade: Grade, exercise: str, source: str) -> None:
    report = grade(exercise, source, function="g" if "def g(" in source else None)
    assert (report.verdict, report.stars, report.mistakes) == ("refused", 0, ("forbidden-call",))
    assert report.failure is not None
    names = ("softmax", "softmin", ATTENTION, "multi_head_attention_forward")
    assert any(name in report.failure.message for name in names)


def test_forbidden_call_outside_of_the_exercise_is_nobodys_business(grade: Grade) -> None:
    source = (RIGHT / "softmax/logsumexp.py").read_text("utf-8")
    checked = source + "\n\nassert torch.allclose(softmax(torch.ones(3)), torch.softmax(torch.ones(3), -1))\n"
    assert grade("softmax", checked).passed


def test_allowed_library_calls_below_the_exercise_are_allowed(grade: Grade) -> None:
    source = (RIGHT / "multi_head_attention/torch_attention.py").read_text("utf-8")
    assert ATTENTION in source
    assert grade("multi_head_attention", source).stars == 3
