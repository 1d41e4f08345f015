"""``quizcli cards``: the deck."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from quizcli.cards.card import Card, CodeCard, items_of
from quizcli.cli.options import Json, Lang
from quizcli.cli.output import print_json, show
from quizcli.cli.workspace import Workspace

app = typer.Typer(
    help="The deck: list, show, search, check, schema.", no_args_is_help=True, add_completion=False
)


@app.command("list")
def list_cards(as_json: Json = False, lang: Lang = None) -> None:
    """All cards, in study order.

    \b
    quizcli cards list
    quizcli cards list --json
    """
    workspace = Workspace()
    _list(workspace, list(workspace.deck.cards.values()), as_json, lang)


@app.command()
def search(
    text: Annotated[list[str], typer.Argument(help="Words that must all occur, in either language.")],
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """The cards in which every word occurs.

    \b
    quizcli cards search KV cache
    quizcli cards search 残差 --json
    """
    from quizcli.cards.search import search as find

    workspace = Workspace()
    _list(workspace, find(workspace.deck.cards.values(), " ".join(text)), as_json, lang)


@app.command("show")
def show_card(
    card: Annotated[str, typer.Argument(metavar="CARD", help="A card's id.")],
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """One card with everything on it: it gives the answer away.

    \b
    quizcli cards show q09
    quizcli cards show q09 --lang both
    """
    workspace = Workspace()
    found = workspace.deck.card(card.partition("/")[0])
    if as_json:
        print_json(asdict(found))
        return
    from quizcli.render.card import whole_card

    show(whole_card(found, workspace.deck, lang or workspace.language))


@app.command()
def check(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files or folders; all decks without.")] = None,
    as_json: Json = False,
) -> None:
    """Every fault of every card file, each with its line. Exit code 2 where there is one.

    \b
    quizcli cards check
    quizcli cards check my-cards/ --json
    """
    from quizcli.cards.deck import bundled_questions
    from quizcli.cards.loader import load

    roots = [bundled_questions(), *Workspace().deck_folders]
    wanted = [path.absolute() for path in paths or ()] or roots
    extra = [path for path in wanted if not any(path.is_relative_to(root) for root in roots)]
    loaded = load([*roots, *extra])
    faults = [fault for fault in loaded.faults if _within(fault.file, wanted)]
    cards = sum(_within(file, wanted) for file, _ in loaded.places.values())
    if as_json:
        print_json({"cards": cards, "faults": [asdict(fault) for fault in faults]})
    else:
        for fault in faults:
            typer.echo(str(fault).replace(f"{Path.cwd()}/", "", 1))
        typer.echo(f"{cards} cards, {len(faults)} faults")
    if faults:
        raise typer.Exit(2)


@app.command()
def schema() -> None:
    """The JSON Schema (2020-12) of a card file, so that editors complete and check the YAML.

    \b
    quizcli cards schema > card.schema.json
    """
    from quizcli.cards.schema import json_schema

    print_json(json_schema())


def _within(file: str, roots: list[Path]) -> bool:
    return any(Path(file).absolute().is_relative_to(root) for root in roots)


def _list(workspace: Workspace, cards: list[Card], as_json: bool, lang: str | None) -> None:
    if as_json:
        print_json([_entry(card) for card in cards])
        return
    from quizcli.render.cards import cards_table

    show(cards_table(cards, workspace.deck, lang or workspace.language))


def _entry(card: Card) -> dict[str, Any]:
    return {
        "id": card.id,
        "kind": card.kind,
        "topic": card.topic,
        "level": card.level,
        "notes": None if isinstance(card, CodeCard) else card.notes,
        "title": asdict(card.title),
        "items": [item.id for item in items_of(card)],
    }
