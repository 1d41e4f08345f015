"""How the arguments of an exercise grow: what its cost is counted on.

Cost is a matter of growth, so an exercise declares the axes along which its arguments can grow, with a few
sizes on each and everything else held fixed. What a submission spends is compared with what the reference
spends on the same arguments, so there are no figures to declare: a limit like "memory linear in N" follows
from a reference that keeps to it.

The sizes are such that the numbers can be computed with. On `meta` tensors they could be larger, but the
first of those in a process makes torch import its compiler, which takes longer than all of the grading.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from reference_impl.trial import Case

Counted = Literal["operators", "flops", "memory"]
EVERYTHING: tuple[Counted, ...] = ("operators", "flops", "memory")


@dataclass(frozen=True)
class Growth:
    """One axis along which the arguments grow.

    Attributes:
        axis: the axis in the contract's letters, e.g. ``"N"`` or ``"B"``.
        sizes: the sizes on the axis, rising.
        cases: the case at each size; of the tier `efficient`, so that what is spent is counted.
        counted: what must not grow faster than the reference's.
        name: the axis, its range and what is held fixed, e.g. ``"N=64…512 B=1 H=2"``.
    """

    axis: str
    sizes: tuple[int, ...]
    cases: tuple[Case, ...]
    counted: frozenset[Counted]
    name: str


def along(
    axis: str,
    build: Callable[..., tuple[Any, ...]],
    sizes: tuple[int, ...],
    *,
    also: tuple[str, ...] = (),
    counted: Iterable[Counted] = EVERYTHING,
    **levels: Any,
) -> Growth:
    """Growth along one axis.

    The last sizes show the growth, so they should be large enough for the leading term to outweigh the
    others, and small enough for a call in a few tens of milliseconds: 64, 128, 256, 512 for what is
    quadratic, up to 2048 for what is linear; 2 to 16 for batch and heads.

    Args:
        axis: the builder's factor that grows.
        build: makes the arguments, called as ``build(draw, **levels)``, as for `sweep`.
        sizes: at least three, rising.
        also: further factors that are as large as the axis, e.g. ``("M",)`` where the keys are the queries.
        counted: leave out ``"operators"`` where a loop along this axis is what the exercise is about.
        levels: a level for each other factor, or a function from the size to it (``chunk=lambda n: n // 8``).
    """
    growing: Mapping[str, Any] = dict.fromkeys((axis, *also), _same)
    every = {**growing, **levels}
    cases = tuple(
        Case(
            "efficient",
            {name: level(size) if callable(level) else level for name, level in every.items()},
            build,
        )
        for size in sizes
    )
    fixed = [f"{name}={level}" for name, level in levels.items() if not (callable(level) or level is None)]
    return Growth(
        axis, sizes, cases, frozenset(counted), " ".join([f"{axis}={sizes[0]}…{sizes[-1]}", *fixed])
    )


def _same(size: int) -> int:
    return size
