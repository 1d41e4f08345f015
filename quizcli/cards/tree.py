"""YAML text to plain data, keeping the place of every key and value.

Built on PyYAML's event stream rather than its constructors: events carry marks, and composing them
here bounds depth and size, so that a hostile or broken file costs a line of output and no more.
Only ``true``, ``false`` and ``null`` have a type of their own; every other scalar is text, so
``notes: 9`` and ``title: 1.10`` stay what the person wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

Path = tuple[str | int, ...]
Place = tuple[int, int]
Plain = Any  # str | bool | None | list[Plain] | dict[str, Plain]; checked by the models, not here

MAX_DEPTH = 24
MAX_NODES = 50_000
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}


class TreeError(Exception):
    """The text is no acceptable YAML; `place` is (line, column), both from 1."""

    def __init__(self, place: Place, what: str, expected: str) -> None:
        super().__init__(what)
        self.place, self.what, self.expected = place, what, expected


@dataclass(slots=True)
class Tree:
    """One YAML document: its data, and the places of its values and keys by path."""

    data: Plain
    values: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)

    def place(self, path: Path, *, key: bool = False) -> Place:
        """The place of a value (or of its key), or of the nearest ancestor that has one."""
        if key and path in self.keys:
            return self.keys[path]
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, (1, 1))


def parse_documents(text: str) -> Iterator[Tree]:
    """Yield the documents of a YAML text.

    Raises:
        TreeError: at the first place where the text is not acceptable.
    """
    if found := _FORBIDDEN.search(text):
        before = text[: found.start()]
        place = before.count("\n") + 1, found.start() - before.rfind("\n")
        raise TreeError(place, f"the character U+{ord(found[0]):04X}", "printable text")
    try:
        events = yaml.parse(text, Loader=_LOADER)
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                yield _Composer(events).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise TreeError(place, str(error.problem or error.context), "valid YAML") from None
    except yaml.YAMLError as error:
        raise TreeError((1, 1), str(error).splitlines()[0], "valid YAML") from None


class _Composer:
    """Composes the events of one document."""

    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self.events = events
        self.anchors: dict[str, tuple[Plain, int] | None] = {}
        self.nodes = 0
        self.tree = Tree(None)

    def document(self) -> Tree:
        self.tree.data = self.node(next(self.events), ())
        return self.tree

    def node(self, event: yaml.Event, path: Path) -> Plain:
        place = _place(event)
        self.tree.values[path] = place
        self.count(1, place)
        if len(path) > MAX_DEPTH:
            raise TreeError(place, f"nesting deeper than {MAX_DEPTH} levels", "a flatter card")
        if isinstance(event, yaml.AliasEvent):
            return self.alias(str(event.anchor), place)
        assert isinstance(event, yaml.NodeEvent)
        if tag := getattr(event, "tag", None):
            short = tag.replace("tag:yaml.org,2002:", "!!")
            raise TreeError(place, f"the tag '{short}'", "plain values without tags")
        if event.anchor:
            self.anchors[event.anchor] = None
        before = self.nodes
        value = self.content(event, path)
        if event.anchor:
            self.anchors[event.anchor] = value, self.nodes - before + 1
        return value

    def count(self, nodes: int, place: Place) -> None:
        self.nodes += nodes
        if self.nodes > MAX_NODES:
            raise TreeError(
                place, f"more than {MAX_NODES:,} values (aliases counted in full)", "a smaller card"
            )

    def alias(self, anchor: str, place: Place) -> Plain:
        if anchor not in self.anchors:
            raise TreeError(place, f"the alias '*{anchor}' has no anchor", f"'&{anchor}' earlier in the file")
        target = self.anchors[anchor]
        if target is None:
            raise TreeError(place, f"the alias '*{anchor}' contains itself", "an alias to something complete")
        self.count(target[1], place)
        return target[0]

    def content(self, event: yaml.NodeEvent, path: Path) -> Plain:
        if isinstance(event, yaml.ScalarEvent):
            plain = event.implicit[0]
            return _WORDS.get(event.value, event.value) if plain else event.value
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Plain] = []
            while not isinstance(entry := next(self.events), yaml.SequenceEndEvent):
                items.append(self.node(entry, (*path, len(items))))
            return items
        return self.mapping(path)

    def mapping(self, path: Path) -> Plain:
        mapping: dict[str, Plain] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            place = _place(event)
            if not isinstance(event, yaml.ScalarEvent):
                raise TreeError(place, "a key that is no text", "a plain word as the key")
            key = event.value
            if key in mapping:
                raise TreeError(place, f"the key '{key}' a second time", "each key once")
            self.tree.keys[(*path, key)] = place
            mapping[key] = None
            mapping[key] = self.node(next(self.events), (*path, key))
        return mapping


def _place(event: yaml.Event) -> Place:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)
