"""Every bundled question, present and future: its formulas convert and its texts fit the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from quizcli.cards.deck import bundled_questions
from quizcli.render.formula import FormulaError, formula, split_formulas
from quizcli.render.markdown import markdown

from .screen import WIDTHS, lines

FILES = sorted(bundled_questions().rglob("*.yaml"))
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a language, with its place; a stub or a source's title is no Markdown."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, str) and key in ("zh", "en"):
                yield f"{path}.{key}", inner
            else:
                yield from _texts(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _texts(inner, f"{path}[{number}]")


@pytest.fixture(scope="module")
def texts() -> list[tuple[str, str]]:
    found = []
    for file in FILES:
        for document in yaml.load_all(file.read_text("utf-8"), Loader=_LOADER):
            found += [(f"{file.name}{place}", text) for place, text in _texts(document)]
    assert len(found) > 1000
    return found


def test_every_formula_converts(texts: list[tuple[str, str]]) -> None:
    faults = []
    for place, text in texts:
        try:
            for span in split_formulas(text):
                if span.kind != "text":
                    formula(span.content)
        except FormulaError as error:
            faults.append(f"{place}: {error}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("width", WIDTHS)
def test_every_text_fits_the_terminal_and_no_line_begins_with_closing_punctuation(
    texts: list[tuple[str, str]], width: int
) -> None:
    faults = []
    for place, text in texts:
        for line in lines(markdown(text), width):
            if line.lstrip().startswith(tuple("，。；：、！？）》」』”’")):
                faults.append(f"{place}: {line}")
    assert not faults, "\n".join(faults)


def test_the_files_are_found() -> None:
    assert Path("notes/q09-scaled-dot-product.yaml") in [
        file.relative_to(bundled_questions()) for file in FILES
    ]
