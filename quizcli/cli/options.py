"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

from quizcli.settings import LANGUAGES


def _language(value: str | None) -> str | None:
    if value is not None and value not in LANGUAGES:
        raise typer.BadParameter(f"'{value}' is none of zh, en, both")
    return value


Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Lang = Annotated[
    str | None,
    typer.Option("--lang", metavar="zh|en|both", callback=_language, help="The language of the cards."),
]
