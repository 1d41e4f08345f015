"""What holds for a submission that is wrong in no known way, found by experiment and said in sentences.

A probe changes the input in one respect (one number, one slice, one argument) and looks at what that does
to the submission's answer and to the right one. Where the two react differently, that is a fact about the
mistake: a query sees a key that it must not, the mask has no effect, the scores are too large.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import torch
from torch import Tensor

from quizcli.grading.counterexample import Record
from quizcli.grading.experiment import CLOSE, Ask, Clue, Sample, Subject, at, kind, moved, suited
from quizcli.grading.reactions import influences, insensitive, shifted
from quizcli.grading.report import Finding

MOST = 4  # clues: more would hide the telling ones


def probe(records: Sequence[Record], ask: Ask) -> list[Clue]:
    """What was found out about a submission, the most telling first; empty if it cannot be experimented on.

    Args:
        records: questions put to it, with its answers.
        ask: puts another question to it.
    """
    base = suited(records)
    if base is None:
        return []
    subject = Subject(base, ask)
    sample = subject.sample(lambda arguments: arguments)
    if sample is None or sample.right.numel() < 2:
        return []
    idle = list(insensitive(subject, sample))
    if base.typed.result.dtype == torch.bool:
        return [*idle, *_entries(sample)][:MOST]
    found = [
        *idle,
        *_proportional(sample),
        *_as_if_scaled(subject, sample),
        *_rows(subject, sample),
        *shifted(subject, sample),
        *influences(subject, sample, spared={clue.about for clue in idle}),
    ]
    return found[:MOST]


def _entries(base: Sample) -> Iterator[Clue]:
    """Which entries of a mask are on and should be off, or the other way round."""
    wrong = base.right != base.got
    if bool(wrong.all()):
        yield Clue(
            Finding("Every entry is the opposite of what it should be.", "每个元素都与应有的相反。"),
            "mask-inverted",
        )
        return
    for entries, en, zh in (
        (wrong & (base.got > 0), "True and must be False", "为 True，应为 False"),
        (wrong & (base.right > 0), "False and must be True", "为 False，应为 True"),
    ):
        if bool(entries.any()):
            count, first = int(entries.sum()), entries.nonzero()[0].tolist()
            yield Clue(
                Finding(
                    f"{count} of {entries.numel()} entries are {en}, the first at {first}.",
                    f"{entries.numel()} 个元素中有 {count} 个{zh}，第一个在 {first}。",
                )
            )


def _rows(subject: Subject, base: Sample) -> Iterator[Clue]:
    """Whether the weights sum to 1: seen in the result itself, or in what becomes of values all 1."""
    where = ("the rows of the result", "结果的各行")
    for dim in (-1, *range(base.right.dim() - 1)):
        sums, rights = base.got.sum(dim), base.right.sum(dim)
        if _all_one(rights):
            break
    else:
        where = ("the weights of a query", "每个查询的权重")
        places = [place for place, name, _ in subject.named("float") if name == "value"]
        ones = subject.sample(at(places[0], torch.ones_like)) if places else None
        if ones is None or not _all_one(ones.right):
            return
        sums, rights = ones.got, ones.right
    counted = rights.abs() > CLOSE  # a row that may attend to nothing sums to 0
    off = (sums - rights).abs()[counted].nan_to_num(nan=math.inf)
    if float(off.max()) < CLOSE:
        yield Clue(Finding(f"{where[0].capitalize()} do sum to 1.", f"{where[1]}之和确实为 1。"))
        return
    first = f"{float(sums[counted][int(off.argmax())]):.3g}"
    yield Clue(
        Finding(f"{where[0].capitalize()} sum to {first}, not to 1.", f"{where[1]}之和为 {first}，不是 1。")
    )


def _all_one(sums: Tensor) -> bool:
    """Whether all are 1, or 0 where nothing is attended to, and some are 1."""
    one, nothing = (sums - 1).abs() < CLOSE, sums.abs() < CLOSE
    return bool((one | nothing).all() and one.any())


def _proportional(base: Sample) -> Iterator[Clue]:
    """Whether every number is off by the same factor, or by the same amount."""
    right, got = base.right.flatten(), base.got.flatten()
    if not bool((right.isfinite() & got.isfinite()).all()) or not bool(right.any()):
        return
    factor = float(right @ got / (right @ right))
    if abs(factor) > CLOSE and abs(factor - 1) > CLOSE and not bool(moved(got, right * factor).any()):
        yield Clue(
            Finding(
                f"Every number is {factor:.4g} times what it should be.",
                f"每个数都是应有值的 {factor:.4g} 倍。",
            )
        )
        return
    amount = float((got - right).mean())
    if abs(amount) > CLOSE and not bool(moved(got, right + amount).any()):
        yield Clue(
            Finding(f"Every number is off by the same {amount:.4g}.", f"每个数都差同一个值 {amount:.4g}。")
        )


def _as_if_scaled(subject: Subject, base: Sample) -> Iterator[Clue]:
    """Whether the answer is the right one for an argument that is some factor larger."""
    for place, name, value in subject.named("float"):
        if name not in SCORED:
            continue
        wide = [item.double() if kind(item) == "float" else item for item in base.arguments]

        def error(power: float, wide: list[Any] = wide, place: int = place) -> float:
            arguments = (*wide[:place], wide[place] * math.exp(power), *wide[place + 1 :])
            off = float((subject.right(arguments) - base.got).abs().max())
            return off if math.isfinite(off) else math.inf

        power = _lowest(error)
        size = float(base.right.abs().max())
        if abs(power) > 10 * CLOSE and error(power) < CLOSE * size < error(0.0):
            factor = math.exp(power)
            en, zh = _known_factor(factor, value.shape[-1])
            mistake = "missing-scale" if "√D" in en and factor > 1 else "wrong-scale"
            yield Clue(
                Finding(
                    f"The scores are {factor:.4g} times too large{en}.",
                    f"分数是应有值的 {factor:.4g} 倍{zh}。",
                )
                if factor > 1
                else Finding(
                    f"The scores are {1 / factor:.4g} times too small{en}.",
                    f"分数只有应有值的 1/{1 / factor:.4g}{zh}。",
                ),
                mistake,
            )
            return


SCORED = ("query", "scores", "x")  # scores grow in proportion to these


def _known_factor(factor: float, size: int) -> tuple[str, str]:
    """What a factor is in terms of the head size, if it is something."""
    for text, value in ((f"√D = √{size}", math.sqrt(size)), (f"D = {size}", float(size))):
        if abs(max(factor, 1 / factor) / value - 1) < CLOSE:
            return f" ({text})", f"（{text}）"
    return "", ""


def _lowest(error: Callable[[float], float], reach: float = 5.0, steps: int = 50) -> float:
    """Where a function of one number is lowest: on a grid, then between the best point's neighbours."""
    grid = [reach * (2 * step / steps - 1) for step in range(steps + 1)]
    best = min(grid, key=error)
    low, high = best - 2 * reach / steps, best + 2 * reach / steps
    golden = (math.sqrt(5) - 1) / 2
    for _ in range(40):
        left, right = high - golden * (high - low), low + golden * (high - low)
        if error(left) < error(right):
            high = right
        else:
            low = left
    return (low + high) / 2
