"""Trusted JSON back to card dataclasses, without Pydantic: what makes a compiled deck quick."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
Builder = Callable[[Any], Any]


def build(model: type[T], raw: Any) -> T:
    """Build a dataclass from what ``dataclasses.asdict`` and JSON made of it."""
    plan: Any = model  # lru_cache asks for something hashable, which every type is
    result: T = _builder(plan)(raw)
    return result


@cache
def _builder(model: Any) -> Builder:
    """How values of an annotation are built; the plan is made once a type."""
    origin = get_origin(model)
    if origin is Annotated:
        return _builder(get_args(model)[0])
    if origin is tuple:
        item = _builder(get_args(model)[0])
        return lambda raw: tuple(item(entry) for entry in raw)
    if origin in (Union, UnionType):
        inner = [_builder(part) for part in get_args(model) if part is not NoneType]
        return lambda raw: None if raw is None else inner[0](raw)
    if origin is not Literal and isinstance(model, type) and is_dataclass(model):
        return _dataclass_builder(model)
    return lambda raw: raw


def _dataclass_builder(model: type[Any]) -> Builder:
    hints = get_type_hints(model, include_extras=True)
    plan = [(field.name, _builder(hints[field.name])) for field in fields(model)]
    return lambda raw: model(**{name: part(raw[name]) for name, part in plan})
