"""How a submission reacts to changes of its input, beside how it should."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any

from torch import Tensor

from quizcli.grading.experiment import CLOSE, NOTHING, Clue, Sample, Subject, at, moved
from quizcli.grading.report import Finding

AXES = {  # by the rank of both tensors: which dimension is compared, and what its indices are called
    0: ("batch element", "批次元素"),
    1: ("head", "头"),
    -2: ("position", "位置"),
}


def insensitive(subject: Subject, base: Sample) -> Iterator[Clue]:
    """Arguments that have no effect but should, or the other way round."""
    for kind, change in CHANGES.items():
        for place, name, _ in subject.named(kind):
            new = subject.sample(at(place, change))
            if new is None or new.right.shape != base.right.shape:
                continue
            if _reacts(base.right, new.right) and not _reacts(base.got, new.got, NOTHING):
                mistake = IDLE.get(name, "parameter-ignored" if kind == "number" else None)
                yield Clue(
                    Finding(f"`{name}` has no effect on the result.", f"`{name}` 对结果没有任何影响。"),
                    mistake,
                    name,
                )
            elif _reacts(base.got, new.got) and not _reacts(base.right, new.right, NOTHING):
                yield Clue(
                    Finding(
                        f"The result depends on `{name}`; it must not.",
                        f"结果不应依赖 `{name}`，却依赖了。",
                    ),
                    about=name,
                )


CHANGES: dict[str, Callable[[Any], Any]] = {
    "float": lambda value: value * -0.7 + 0.3 * value.flip(-1),
    "mask": lambda value: ~value,
    "number": lambda value: value + 1,
}
# What it is called when an argument of this name has no effect.
IDLE = {
    **dict.fromkeys(("query", "key", "value", "memory"), "wrong-source"),
    "mask": "mask-ignored",
    "memory_mask": "mask-ignored",
    "w_o": "output-not-projected",
    "w_v": "value-not-projected",
    "bias": "bias-missing",
    "positions": "parameter-ignored",
}


def _reacts(before: Tensor, after: Tensor, close: float = CLOSE) -> bool:
    return bool(moved(before, after, close).any())


def influences(subject: Subject, base: Sample, spared: Collection[str | None]) -> Iterator[Clue]:
    """Slices of the result that react to a slice of an argument and should not, or do not and should."""
    tried = False
    for place, name, value in subject.named("float"):
        for axis, words in AXES.items():
            fits = value.dim() == base.right.dim() >= (axis + 3 if axis >= 0 else 2)
            if axis >= 0:
                fits = fits and value.shape[axis] == base.right.shape[axis]
            if name in spared or not fits or not 2 <= value.shape[axis] <= 8:
                continue
            tried = True
            clue = _influence(subject, base, place, name, axis, words)
            if clue is not None:
                yield clue
                return
    if tried and not spared:
        yield Clue(
            Finding(
                "Each part of the result reacts to just the input that it should: the numbers are off.",
                "结果的每一部分都只受它该受的输入影响：错在数值本身。",
            )
        )


def _influence(
    subject: Subject, base: Sample, place: int, name: str, axis: int, words: tuple[str, str]
) -> Clue | None:
    def slices(before: Tensor, after: Tensor, close: float) -> Tensor:
        return moved(before, after, close).movedim(axis, 0).flatten(1).any(1)

    for index in range(base.arguments[place].shape[axis]):
        new = subject.sample(at(place, lambda value, index=index: _disturbed(value, axis, index)))  # type: ignore[misc]
        if new is None or new.right.shape != base.right.shape:
            return None
        wrongly = slices(base.got, new.got, CLOSE) & ~slices(base.right, new.right, NOTHING)
        # Where little else is attended to, even its own place may not matter; keys can outnumber queries.
        wrongly[index : index + 1] = False
        if bool(wrongly.any()):
            which = int(wrongly.nonzero()[0])
            later = axis == -2 and index > which
            return Clue(
                Finding(
                    f"{words[0].capitalize()} {which} of the result reacts to {words[0]} {index} of `{name}`,"
                    " which it must not.",
                    f"结果的{words[1]} {which} 不应受 `{name}` 的{words[1]} {index} 影响，却受了影响。",
                ),
                "causal-missing" if later and name not in ("key", "value", "memory") else None,
                name,
            )
        wrongly = slices(base.right, new.right, 10 * CLOSE) & ~slices(base.got, new.got, NOTHING)
        if bool(wrongly.any()):
            which = int(wrongly.nonzero()[0])
            return Clue(
                Finding(
                    f"{words[0].capitalize()} {which} of the result does not react to {words[0]} {index} of"
                    f" `{name}`.",
                    f"结果的{words[1]} {which} 应受 `{name}` 的{words[1]} {index} 影响，却没有反应。",
                ),
                about=name,
            )
    return None


def _disturbed(value: Tensor, axis: int, index: int) -> Tensor:
    value = value.clone()
    part = value.select(axis, index)
    part.copy_(part * -1.5 + 0.5)
    return value


def shifted(subject: Subject, base: Sample) -> Iterator[Clue]:
    """Whether adding a constant changes what it must not change."""
    for place, name, _ in subject.named("float"):
        new = subject.sample(at(place, lambda value: value + 1))
        if new is None or bool(moved(base.right, new.right).any()):
            continue
        if bool(moved(base.got, new.got).any()):
            yield Clue(
                Finding(
                    f"Adding 1 to every number of `{name}` changes the result; it must not.",
                    f"给 `{name}` 的每个数加 1 会改变结果，本不应改变。",
                )
            )
