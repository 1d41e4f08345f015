"""Pydantic over the card classes: validation with places, and the JSON Schema for editors."""

from __future__ import annotations

import difflib
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Annotated, Any, get_args, get_type_hints

from pydantic import Discriminator, TypeAdapter, ValidationError

from quizcli.cards.card import Card, ClaimCard, CodeCard, Id, OpenCard, Text
from quizcli.cards.fault import Fault
from quizcli.cards.reference import Mistake, Reference
from quizcli.cards.tree import Path, Plain, Tree

KINDS: dict[str, type[OpenCard] | type[ClaimCard] | type[CodeCard]] = {
    "open": OpenCard,
    "claim": ClaimCard,
    "code": CodeCard,
}
TABLES: dict[str, Any] = {
    "topics.yaml": dict[Id, Text],
    "sources.yaml": dict[Id, Reference],
    "mistakes.yaml": dict[Id, Mistake],
}


@cache
def _adapter(model: Any) -> TypeAdapter[Any]:
    return TypeAdapter(model)


def json_schema() -> dict[str, Any]:
    """The JSON Schema 2020-12 of a card file, for editors that complete YAML."""
    schema = TypeAdapter[Any](Annotated[Card, Discriminator("kind")]).json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "quizcli card",
        **schema,
    }


def read_card(tree: Tree, file: str) -> Card | list[Fault]:
    """Validate one document as a card; all its faults otherwise."""
    if not isinstance(tree.data, dict):
        return [Fault(file, *tree.place(()), _shown(tree.data), "a card: a mapping with kind, id, topic, …")]
    kind = tree.data.get("kind")
    model = KINDS.get(kind) if isinstance(kind, str) else None
    if model is None:
        what = "the key 'kind' is missing" if "kind" not in tree.data else f"kind is {_shown(kind)}"
        return [Fault(file, *tree.place(("kind",)), what, "open, claim or code")]
    result: Card | list[Fault] = _validate(model, tree, file)
    return result


def read_table(name: str, tree: Tree, file: str) -> dict[str, Any] | list[Fault]:
    """Validate a shared table (topics, sources or mistakes); all its faults otherwise."""
    result: dict[str, Any] | list[Fault] = _validate(TABLES[name], tree, file)
    return result


def _validate(model: Any, tree: Tree, file: str) -> Any:
    try:
        return _adapter(model).validate_python(tree.data)
    except ValidationError as error:
        return [_fault(dict(entry), model, tree, file) for entry in error.errors(include_url=False)]


def _fault(entry: dict[str, Any], model: Any, tree: Tree, file: str) -> Fault:
    """One Pydantic error in the project's words."""
    path: Path = entry["loc"]
    kind = entry["type"]
    name = _dotted(path)
    if path and path[-1] == "[key]":  # Pydantic's mark for the key of a mapping
        return Fault(file, *tree.place(path[:-1], key=True), f"the key '{path[-2]}'", _expected_key())
    if kind == "unexpected_keyword_argument":
        names = _field_names(model, path[:-1])
        close = difflib.get_close_matches(str(path[-1]), names, n=1)
        expected = f"'{close[0]}'" if close else "one of " + ", ".join(names)
        return Fault(file, *tree.place(path, key=True), f"unknown key '{name}'", expected)
    if kind == "missing":
        return Fault(file, *tree.place(path[:-1]), f"'{name}' is missing", _expected_value(str(path[-1])))
    place = tree.place(path)
    if kind == "string_too_short":
        return Fault(file, *place, f"'{name}' is empty", "a text")
    what = f"'{name}' is {_shown(entry['input'])}" if name else _shown(entry["input"])
    return Fault(file, *place, what, _expected(kind, entry))


def _expected(kind: str, entry: dict[str, Any]) -> str:
    if kind == "literal_error":
        return str(entry["ctx"]["expected"]).replace("'", "")
    if kind == "string_pattern_mismatch":
        return _expected_key()
    known = {
        "string_type": "a text (put it in quotes)",
        "bool_type": "true or false",
        "bool_parsing": "true or false",
        "tuple_type": "a list",
        "dict_type": "a mapping",
        "dataclass_type": "a mapping",
        "dataclass_exact_type": "a mapping",
        "model_attributes_type": "a mapping",
    }
    return known.get(kind, str(entry["msg"]).lower())


def _expected_key() -> str:
    return str(get_args(Id)[1].expected) + " (at most 64)"


def _expected_value(name: str) -> str:
    languages = {"zh": "the text in Chinese", "en": "the text in English"}
    return languages.get(name, f"the key '{name}'")


def _dotted(path: Path) -> str:
    return ".".join(str(part) for part in path)


def _shown(value: Plain) -> str:
    """A value as an error names it, short."""
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "empty"
    text = str(value).lower() if isinstance(value, bool) else repr(value)
    return text if len(text) <= 60 else text[:57] + "…'"


def _field_names(model: Any, path: Path) -> list[str]:
    """The keys that the model allows at a path."""
    for part in path:
        if is_dataclass(model) and isinstance(model, type):
            model = get_type_hints(model).get(str(part))
        elif get_args(model):
            model = get_args(model)[-1 if not isinstance(part, int) else 0]
        if get_args(model) and type(None) in get_args(model):
            model = get_args(model)[0]
    return [field.name for field in fields(model)] if is_dataclass(model) else []
