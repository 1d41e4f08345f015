"""The vocabulary of trials: what an exercise is tried on, and the known ways to get it wrong.

An exercise declares its input space by *factors* (sizes, optional arguments, dtype, memory layout, ...),
each with its levels from the plainest on, and a function that builds the arguments for one choice of
levels. `sweep` turns the factors into cases by rule: every pair of levels of two factors occurs in some
case. The numbers are drawn from a seed made of the exercise's and the case's names, so a case is the same
on every day and every machine.
"""

from __future__ import annotations

import hashlib
import importlib
import inspect
import itertools
import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import torch
from torch import Tensor

if TYPE_CHECKING:
    from reference_impl.growth import Growth

Tier = Literal["correct", "robust", "efficient"]
Choice = Mapping[str, Any]
DTYPES = {
    "float32": torch.float32,
    "float64": torch.float64,
    "bfloat16": torch.bfloat16,
    "float16": torch.float16,
}
LAYOUTS = ("contiguous", "transposed", "strided", "expanded")
# Factors that `Case` itself understands; the builder sees all the others as keyword arguments.
RESERVED = {"dtype", "layout", "gradient"}


class Draw:
    """A source of arguments: tensors of one dtype and one memory layout, from one seed."""

    def __init__(self, seed: str, choice: Choice, plain: bool = False) -> None:
        self.dtype: torch.dtype = DTYPES[choice.get("dtype", "float32")]
        self._layout: str = choice.get("layout", "contiguous")
        self._plain = plain
        digest = hashlib.sha256(seed.encode()).digest()
        self._generator = torch.Generator().manual_seed(int.from_bytes(digest[:7], "big"))

    def normal(self, *shape: int, scale: float = 1.0) -> Tensor:
        """Normal numbers in the case's dtype and layout; multiples of a half if plain ones are asked for."""
        values = torch.randn(shape, generator=self._generator, dtype=torch.float64)
        if self._plain:  # away from zero: a zero would hide what is multiplied by it
            values = values.sign() * (values.abs() * 2).ceil() / 2
        values = values * (max(scale, 1.0) if self._plain else scale)
        return lay_out(values.to(self.dtype), self._layout)

    def mask(self, *shape: int, empty_rows: bool = False) -> Tensor:
        """A random boolean mask. Each row of the last dimension allows something, unless `empty_rows`:
        then the first row of each matrix allows nothing."""
        mask = torch.rand(shape, generator=self._generator) < 0.5
        if mask.numel():
            always = torch.randint(shape[-1], (*shape[:-1], 1), generator=self._generator)
            mask.scatter_(-1, always, True)
        if empty_rows and len(shape) > 1:
            mask[..., 0, :] = False
        elif empty_rows:
            mask[...] = False
        return lay_out(mask, self._layout)

    def integers(self, low: int, high: int, *shape: int) -> Tensor:
        """Integers from `low` to `high` - 1."""
        values = torch.randint(low, high, shape, generator=self._generator)
        return lay_out(values, self._layout)


def lay_out(values: Tensor, layout: str) -> Tensor:
    """The same shape, laid out otherwise in memory; an expanded tensor repeats its first row's numbers."""
    if layout == "transposed" and values.dim() >= 2:
        return values.transpose(-2, -1).contiguous().transpose(-2, -1)
    if layout == "strided" and values.dim() >= 1:
        store = torch.zeros((*values.shape[:-1], 2 * values.shape[-1] + 1), dtype=values.dtype)
        store[..., 1::2] = values
        return store[..., 1::2]
    if layout == "expanded" and values.dim() >= 1:
        return values[:1].clone().expand(values.shape)
    return values


@dataclass(frozen=True)
class Case:
    """One input of an exercise.

    Attributes:
        tier: the star that it belongs to.
        choice: a level for each factor.
        build: makes the arguments, called as ``build(draw, **choice)``.
        levels: all levels of each factor, the plainest first.
        magnitude: how large the numbers inside of the formula are; a right result may be off by
            their rounding.
    """

    tier: Tier
    choice: Choice
    build: Callable[..., tuple[Any, ...]]
    magnitude: float = 1.0
    levels: Mapping[str, Sequence[Any]] = field(default_factory=dict)

    def plainer(self) -> Iterator[Case]:
        """The cases that differ from this one in one plainer level: a smaller size, or an earlier level of
        another factor. Sizes are the factors whose names are one capital letter."""
        for factor, level in self.choice.items():
            listed = self.levels.get(factor, ())
            options = list(listed[: listed.index(level)]) if level in listed else []
            if len(factor) == 1 and factor.isupper() and isinstance(level, int):
                options = [size for size in (1, 2, level // 2, level - 1) if 0 < size < level]
            for option in dict.fromkeys(options):
                yield replace(self, choice={**self.choice, factor: option})

    @property
    def name(self) -> str:
        """The choice in words, e.g. ``"B=1 N=2 mask=NM float64 gradient"``."""
        words = []
        for factor, level in self.choice.items():
            if factor in ("dtype", "layout"):
                words += [str(level)] if level != "contiguous" else []
            elif isinstance(level, bool):
                words += [factor] if level else []
            else:
                words.append(f"{factor}={'none' if level is None else level}")
        return " ".join(words)

    @property
    def size(self) -> int:
        """The product of the sizes: what to begin with, and what to go down to."""
        product = 1
        for factor, level in self.choice.items():
            if isinstance(level, tuple):
                product *= math.prod(level)
            elif len(factor) == 1 and isinstance(level, int):
                product *= level
        return product

    @property
    def gradient(self) -> bool:
        """Whether gradients are asked for."""
        return bool(self.choice.get("gradient", False))

    def arguments(self, exercise: str, plain: bool = False) -> tuple[Any, ...]:
        """The arguments by position, drawn afresh: the caller owns them."""
        draw = Draw(f"{exercise}: {self.name}", self.choice, plain)
        return self.build(
            draw, **{name: level for name, level in self.choice.items() if name not in RESERVED}
        )


def sweep(
    tier: Tier, build: Callable[..., tuple[Any, ...]], *, magnitude: float = 1.0, **factors: Sequence[Any]
) -> tuple[Case, ...]:
    """Cases in which every pair of levels of two factors occurs."""
    return tuple(Case(tier, choice, build, magnitude, factors) for choice in covering(factors))


def covering(factors: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    """A small set of choices that covers all pairs of levels, greedily and always the same."""
    names = list(factors)
    open_pairs = {
        ((a, i), (b, j)): None  # a dict, because its order is fixed
        for a, b in itertools.combinations(names, 2)
        for i in range(len(factors[a]))
        for j in range(len(factors[b]))
    }
    if len(names) == 1:
        yield from ({names[0]: level} for level in factors[names[0]])
    while open_pairs:
        row = dict(next(iter(open_pairs)))
        for name in names:
            if name not in row:
                row[name] = max(
                    range(len(factors[name])),
                    key=lambda level: sum(
                        _pair(names, (name, level), other) in open_pairs for other in row.items()
                    ),
                )
        for pair in itertools.combinations([(name, row[name]) for name in names], 2):
            open_pairs.pop(pair, None)
        yield {name: factors[name][row[name]] for name in names}


def _pair(names: list[str], one: tuple[str, int], other: tuple[str, int]) -> tuple[tuple[str, int], ...]:
    return (one, other) if names.index(one[0]) < names.index(other[0]) else (other, one)


@dataclass(frozen=True)
class Exercise:
    """An exercise: its reference, its cases, and its known wrong versions.

    Attributes:
        function: the reference.
        cases: what a submission is tried on.
        bent: the reference again with flaws that can be switched on: ``bent(flaws, *arguments)``.
        flaws: what `bent` understands, each ``"mistake-id"`` or ``"mistake-id:variant"``.
        also: further mistake ids that describe the same behaviour, by flaw.
        forbidden: the library calls that *are* the exercise, by their names in torch.
        growths: along what the cost is counted, most telling first: the third star's cases.
    """

    function: Callable[..., Any]
    cases: tuple[Case, ...]
    bent: Callable[..., Any]
    flaws: tuple[str, ...]
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    forbidden: tuple[str, ...] = ()
    growths: tuple[Growth, ...] = ()

    @property
    def name(self) -> str:
        """The exercise's id."""
        return self.function.__name__

    @property
    def parameters(self) -> tuple[str, ...]:
        """The names of the reference's parameters, in order."""
        return tuple(inspect.signature(self.function).parameters)

    def mistakes(self, flaws: Collection[str]) -> tuple[str, ...]:
        """The mistake ids of some flaws, the first names before the further ones."""
        first = [flaw.partition(":")[0] for flaw in flaws]
        further = [name for flaw in flaws for name in self.also.get(flaw, ())]
        return tuple(dict.fromkeys(first + further))

    def wrong(self, *flaws: str) -> Callable[..., Any]:
        """The version of the function that has these flaws."""

        def version(*arguments: Any) -> Any:
            return self.bent(frozenset(flaws), *arguments)

        return version


def names() -> tuple[str, ...]:
    """The ids of all exercises that have trials."""
    folder = Path(__file__).parent / "exercises"
    return tuple(sorted(path.stem for path in folder.glob("[!_]*.py")))


def load(name: str) -> Exercise:
    """The trials of one exercise.

    Raises:
        KeyError: there is none of this name.
    """
    if not re.fullmatch(r"[A-Za-z]\w*", name) or name not in names():
        raise KeyError(name)
    exercise: Exercise = importlib.import_module(f"reference_impl.exercises.{name}").EXERCISE
    return exercise
