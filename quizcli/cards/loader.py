"""Deck folders to cards: every fault of every file at once, and a fault never stops the rest."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from quizcli.cards.card import Card, CodeCard, OpenCard
from quizcli.cards.fault import Fault
from quizcli.cards.schema import TABLES, read_card, read_table
from quizcli.cards.tree import Tree, TreeError, parse_documents

MAX_BYTES = 1 << 20


@dataclass(slots=True)
class Loaded:
    """What a set of deck folders holds."""

    cards: dict[str, Card] = field(default_factory=dict)
    places: dict[str, tuple[str, Tree]] = field(default_factory=dict)
    tables: dict[str, dict[str, Any]] = field(default_factory=lambda: {name: {} for name in TABLES})
    mistakes: dict[str, tuple[str, Tree]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)


def card_files(root: Path) -> Iterator[Path]:
    """The YAML files of a deck folder (or the one file), sorted; hidden files and folders are left out."""
    if not root.is_dir():
        yield root
        return
    for folder, names, files in os.walk(root):
        names[:] = sorted(name for name in names if not name.startswith("."))
        for name in sorted(files):
            if name.endswith((".yaml", ".yml")) and not name.startswith("."):
                yield Path(folder, name)


def load(roots: list[Path]) -> Loaded:
    """Read deck folders (or single files), the first one winning where two cards share an id."""
    loaded = Loaded()
    for root in roots:
        if not root.exists():
            loaded.faults.append(
                Fault(str(root), 1, 1, "no such file or folder", "a deck folder or a card file")
            )
            continue
        for file in card_files(root):
            _load_file(file, loaded)
    for card_id, fault, fatal in (*_dangling(loaded), *_repeated_parts(loaded)):
        loaded.faults.append(fault)
        if fatal:
            loaded.cards.pop(card_id, None)
    loaded.faults += _mistakes_of_no_card(loaded)
    loaded.faults.sort()
    return loaded


def _load_file(file: Path, loaded: Loaded) -> None:
    name = str(file)
    text = _read(file)
    if isinstance(text, Fault):
        loaded.faults.append(text)
        return
    try:
        trees = list(parse_documents(text))
    except TreeError as error:
        loaded.faults.append(Fault(name, *error.place, error.what, error.expected))
        return
    if file.name in TABLES:
        for tree in trees:
            _add_table(file, tree, loaded)
        return
    if not trees:
        loaded.faults.append(Fault(name, 1, 1, "the file is empty", "a card"))
    for tree in trees:
        _add_card(name, tree, loaded)


def _read(file: Path) -> str | Fault:
    """The text of a file, or the fault that keeps it from being read."""
    name = str(file)
    try:
        size = file.stat().st_size
        if size > MAX_BYTES:
            return Fault(name, 1, 1, f"a file of {size / 1e6:,.1f} MB", "at most 1 MB; one file a card")
        data = file.read_bytes()
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line_start = before.rfind(b"\n") + 1
        column = len(before[line_start:].decode("utf-8", "replace")) + 1
        what = f"the byte 0x{data[error.start]:02x}, which is no UTF-8"
        return Fault(name, before.count(b"\n") + 1, column, what, "text saved as UTF-8")
    except OSError as error:
        return Fault(name, 1, 1, f"cannot be read: {error.strerror}", "a readable file")


def _add_table(file: Path, tree: Tree, loaded: Loaded) -> None:
    table = read_table(file.name, tree, str(file))
    if isinstance(table, list):
        loaded.faults += table
        return
    known = loaded.tables[file.name]
    for key, entry in table.items():
        if key in known and known[key] != entry:
            place = tree.place((key,), key=True)
            loaded.faults.append(Fault(str(file), *place, f"the key '{key}' a second time", "another key"))
        known.setdefault(key, entry)
        if file.name == "mistakes.yaml":
            loaded.mistakes.setdefault(key, (str(file), tree))


def _add_card(name: str, tree: Tree, loaded: Loaded) -> None:
    card = read_card(tree, name)
    if isinstance(card, list):
        loaded.faults += card
        return
    if card.id in loaded.cards:
        first, first_tree = loaded.places[card.id]
        line = first_tree.place(("id",))[0]
        what = f"the id '{card.id}', which is taken by {first}:{line}"
        loaded.faults.append(Fault(name, *tree.place(("id",)), what, "an id of its own"))
        return
    loaded.cards[card.id] = card
    loaded.places[card.id] = name, tree


def _dangling(loaded: Loaded) -> list[tuple[str, Fault, bool]]:
    """References to topics, sources, exercises and prerequisites that do not exist.

    Each with its card's id, and whether the card cannot be used for it (only its topic is needed).
    """
    exercises = {card.id: card for card in loaded.cards.values() if isinstance(card, CodeCard)}
    found = []
    for card in loaded.cards.values():
        checks: list[tuple[str, tuple[str | int, ...], str, Mapping[str, Any]]] = [
            ("topic", ("topic",), card.topic, loaded.tables["topics.yaml"])
        ]
        for index, source in enumerate(card.sources):
            checks.append(("source", ("sources", index, "key"), source.key, loaded.tables["sources.yaml"]))
        field_name = "exercises" if isinstance(card, OpenCard) else "prerequisites"
        for index, exercise in enumerate(getattr(card, field_name, ())):
            checks.append(("exercise", (field_name, index), exercise, exercises))
        file, tree = loaded.places[card.id]
        for noun, path, key, known in checks:
            if key not in known:
                place, expected = tree.place(path), _expected(noun, known)
                fault = Fault(file, *place, f"the {noun} '{key}' does not exist", expected)
                found.append((card.id, fault, noun == "topic"))
    return found


def _mistakes_of_no_card(loaded: Loaded) -> list[Fault]:
    """Mistakes that name a card to teach them that does not exist."""
    return [
        Fault(
            file,
            *tree.place((key, "card")),
            f"the card '{card}' does not exist",
            _expected("card", loaded.cards),
        )
        for key, (file, tree) in loaded.mistakes.items()
        if (card := loaded.tables["mistakes.yaml"][key].card) and card not in loaded.cards
    ]


def _expected(noun: str, known: Mapping[str, Any]) -> str:
    if noun == "topic" and known:
        return "one of " + ", ".join(known) + "; or its own entry in a topics.yaml"
    if noun == "source":
        return "a key of sources.yaml"
    return f"the id of a known {noun}"


def _repeated_parts(loaded: Loaded) -> list[tuple[str, Fault, bool]]:
    """Claims, rubric points or misconceptions of one card that share an id: such a card is not used."""
    found = []
    for card in loaded.cards.values():
        file, tree = loaded.places[card.id]
        for part in ("claims", "rubric", "misconceptions"):
            seen: set[str] = set()
            for index, entry in enumerate(getattr(card, part, ())):
                if entry.id in seen:
                    place = tree.place((part, index, "id"))
                    what = f"the id '{entry.id}' a second time in '{part}'"
                    fault = Fault(file, *place, what, "ids that differ within the card")
                    found.append((card.id, fault, True))
                seen.add(entry.id)
    return found
