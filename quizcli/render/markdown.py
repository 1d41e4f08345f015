"""The Markdown of cards as Rich renderables, with formulas as Unicode text."""

from __future__ import annotations

import re

from rich.console import Group, RenderableType
from rich.text import Text

from quizcli.render.blocks import Code, Grid, Item, Paragraph, Spaced, parse_blocks
from quizcli.render.formula import FormulaError, Span, formula, split_formulas
from quizcli.render.inline import CODE_STYLE, FIRST_FORMULA, FORMULA_STYLE, LAST_FORMULA, inline, keep_formula
from quizcli.render.wrapping import Indented, Prose, clean, verbatim

_PLACEHOLDER = f"[{chr(FIRST_FORMULA)}-{chr(LAST_FORMULA)}]"
_PRIVATE = re.compile(f"[{chr(FIRST_FORMULA)}-\U0010ffff]")
_INDENT = 4


def markdown(text: str) -> RenderableType:
    """A Markdown text of a card as a renderable that wraps at any width. Any text is acceptable."""
    document = _Document(text)
    return Group(*document.stacked(document.blocks))


def plain(text: str) -> str:
    """A Markdown text on one line without its marks, formulas as Unicode text."""
    document = _Document(text)
    return " ".join(" ".join(document.words(document.blocks)).split())


class _Document:
    """A parsed text and its formulas."""

    def __init__(self, text: str) -> None:
        self.formulas: list[str] = []
        self.display: set[str] = set()
        source = _PRIVATE.sub("\ufffd", clean(text))
        spans = split_formulas(source, strict=False) if "$" in source else [Span("text", source, 0)]
        self.blocks = parse_blocks("".join(self._held(span) for span in spans))

    def _held(self, span: Span) -> str:
        """The words of a span, or the placeholder of its formula."""
        dollars = "$$" if span.kind == "display" else "$"
        if span.kind == "text":
            return span.content
        if FIRST_FORMULA + len(self.formulas) > LAST_FORMULA:
            return f"{dollars}{span.content}{dollars}"
        placeholder = chr(FIRST_FORMULA + len(self.formulas))
        try:
            self.formulas.append(formula(span.content))
        except FormulaError:
            self.formulas.append(dollars + " ".join(span.content.split()) + dollars)
        if span.kind == "display":
            self.display.add(placeholder)
        return placeholder

    def formula_of(self, placeholder: str) -> str:
        """The text of a placeholder's formula."""
        return self.formulas[ord(placeholder) - FIRST_FORMULA]

    def prose(self, source: str, style: str = "") -> Prose:
        """Running text as a paragraph that wraps."""
        text, kept = inline(source, self.formula_of)
        text.style = style
        return Prose(text, kept)

    def stacked(self, blocks: tuple[Spaced, ...]) -> list[RenderableType]:
        """The renderables of blocks, with blank lines where the source has them."""
        parts: list[RenderableType] = []
        for spaced in blocks:
            if spaced.gap:
                parts.append(Text())
            parts.extend(self._block(spaced))
        return parts

    def _block(self, spaced: Spaced) -> list[RenderableType]:
        block = spaced.block
        if isinstance(block, Paragraph):
            return self._paragraph(block)
        if isinstance(block, Code):
            return [Indented(verbatim(self.restored(block.text), CODE_STYLE), 2)]
        if isinstance(block, Item):
            return [Indented(Group(*self.stacked(block.blocks)), len(block.marker) + 1, block.marker)]
        from quizcli.render.table import (
            MarkdownTable,
        )  # Rich's tables cost start-up time, and few cards have one

        cells = [[self.prose(cell) for cell in row] for row in block.rows]
        return [MarkdownTable(cells, block.aligns)]

    def _paragraph(self, block: Paragraph) -> list[RenderableType]:
        """A paragraph; formulas to be displayed stand between its parts on lines of their own."""
        style = "bold underline" if block.heading else ""
        if not self.display:
            return [self.prose(block.source, style)]
        parts: list[RenderableType] = []
        for part in re.split(f"({_PLACEHOLDER})", block.source):
            if part in self.display:
                words = self.formula_of(part)
                kept = keep_formula(words)
                parts.append(Indented(Prose(Text(words, FORMULA_STYLE), [kept], hanging=2), _INDENT))
            elif parts and isinstance(parts[-1], str):
                parts[-1] += part
            else:
                parts.append(part)
        joined = [part.strip() if isinstance(part, str) else part for part in parts]
        return [self.prose(part, style) if isinstance(part, str) else part for part in joined if part != ""]

    def restored(self, code: str) -> str:
        """Fenced code never holds formulas, except where its fence is not one to both parsers."""
        return re.sub(_PLACEHOLDER, lambda found: self.formula_of(found[0]), code)

    def words(self, blocks: tuple[Spaced, ...]) -> list[str]:
        """The plain words of blocks."""
        found: list[str] = []
        for spaced in blocks:
            block = spaced.block
            if isinstance(block, Paragraph):
                found.append(inline(block.source, self.formula_of)[0].plain)
            elif isinstance(block, Code):
                found.append(self.restored(block.text))
            elif isinstance(block, Item):
                found += ([block.marker] if block.marker != "•" else []) + self.words(block.blocks)
            elif isinstance(block, Grid):
                rows = (" | ".join(self.prose(cell).text.plain for cell in row) for row in block.rows)
                found.append("; ".join(rows))
        return found
