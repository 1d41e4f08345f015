"""Tables of cards."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Console, ConsoleOptions, Group, RenderResult
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from quizcli.render.blocks import Align
from quizcli.render.wrapping import Indented, Kept, Prose


class MarkdownTable:
    """A table with a header; where it does not fit, every row as a list of `header: cell`."""

    def __init__(self, rows: Sequence[Sequence[Prose]], aligns: Sequence[Align]) -> None:
        self.rows = rows
        self.aligns = aligns

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if self._least(console, options) <= options.max_width:
            yield self._table()
        else:
            yield from self._records()

    def _least(self, console: Console, options: ConsoleOptions) -> int:
        """The cells that the table needs at the least."""
        total = 1
        for column in zip(*self.rows, strict=True):
            total += 2 + max(Measurement.get(console, options, cell).minimum for cell in column)
        return total

    def _table(self) -> Table:
        table = Table(
            box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold", border_style="dim"
        )
        for cell, align in zip(self.rows[0], self.aligns, strict=True):
            table.add_column(cell, justify=align)
        for row in self.rows[1:]:
            table.add_row(*row)
        return table

    def _records(self) -> RenderResult:
        header, *rows = self.rows
        for row in rows or [[Prose(Text()) for _ in header]]:
            pairs = [named(name, cell) for name, cell in zip(header, row, strict=True)]
            yield Indented(Group(*pairs), 2, "•")


def named(name: Prose, cell: Prose) -> Prose:
    """A cell with its header in front of it."""
    lead = name.text + Text(": ")
    shift = len(lead)
    kept = [Kept(k.start + shift, k.end + shift, tuple(b + shift for b in k.breaks)) for k in cell.kept]
    return Prose(lead + cell.text, [*name.kept, *kept])
