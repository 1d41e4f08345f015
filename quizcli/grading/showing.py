"""Values as plain data for a report."""

from __future__ import annotations

import math
from typing import Any

from torch import Tensor

from quizcli.grading.report import Json
from quizcli.grading.wire import Foreign

LARGEST = 12  # of each dimension, where a tensor has more than MOST numbers
MOST = 400


def shown(value: Any) -> Json:
    """A value of an argument or a result as JSON; tensors in the form that the report documents."""
    if isinstance(value, Tensor):
        return _tensor(value.detach())
    if isinstance(value, (tuple, list)):
        return [shown(item) for item in value]
    if isinstance(value, dict):
        return {key: shown(item) for key, item in value.items()}
    if isinstance(value, float):
        return _number(value)
    return value.description if isinstance(value, Foreign) else value


def _tensor(value: Tensor) -> Json:
    truncated = value.numel() > MOST
    part = value[tuple(slice(LARGEST) for _ in range(value.dim()))] if truncated else value
    while part.numel() > MOST:  # many dimensions: the leading ones are the least interesting
        wide = next(index for index, size in enumerate(part.shape) if size > 1)
        part = part.narrow(wide, 0, 1)
    return {
        "shape": list(value.shape),
        "dtype": str(value.dtype).removeprefix("torch."),
        "values": _nested(part.tolist()),
        "truncated": truncated,
    }


def _nested(values: Any) -> Json:
    if isinstance(values, list):
        return [_nested(item) for item in values]
    return _number(values) if isinstance(values, float) else values


def _number(value: float) -> Json:
    """The number, or the word for one that JSON lacks."""
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return value
