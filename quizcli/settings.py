"""The settings: one TOML file in the data folder, every key checked."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from quizcli.errors import SettingsError

FILE_NAME = "config.toml"
LANGUAGES = ("zh", "en", "both")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a person can set; the defaults suit 20 minutes a day.

    Attributes:
        lang: zh, en or both; None means the locale's.
        new_per_day: new items a day.
        reviews_per_day: reviews a day, new items not counted.
        desired_retention: the recall that FSRS aims at.
        day_start: the hour of the local clock at which a study day starts.
        decks: folders of one's own cards.
    """

    lang: str | None = None
    new_per_day: int = 8
    reviews_per_day: int = 100
    desired_retention: float = 0.9
    day_start: int = 4
    decks: tuple[Path, ...] = ()


_RANGES: dict[str, tuple[float, float]] = {
    "new_per_day": (0, 1000),
    "reviews_per_day": (0, 10_000),
    "desired_retention": (0.7, 0.99),
    "day_start": (0, 23),
}


def read_settings(home: Path) -> Settings:
    """The settings of a data folder; the defaults where there is no file.

    Raises:
        SettingsError: naming the line of the first fault.
    """
    file = home / FILE_NAME
    try:
        text = file.read_text("utf-8")
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"cannot be read: {error}", where=str(file), remedy="save it as UTF-8 text"
        ) from None
    import tomllib  # only for the few who have the file: it costs start-up time

    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(str(error), where=str(file), remedy="write it as TOML: key = value") from None
    settings = Settings()
    for key, value in table.items():
        where = f"{file}:{_line_of(text, key)}"
        settings = replace(settings, **{key: _checked(key, value, where, home)})
    return settings


def _checked(key: str, value: Any, where: str, home: Path) -> Any:
    """A value that is right for its key."""
    names = [field.name for field in fields(Settings)]
    if key not in names:
        close = difflib.get_close_matches(key, names, n=1)
        remedy = f"did you mean {close[0]}?" if close else "known keys: " + ", ".join(names)
        raise SettingsError(f"unknown key '{key}'", where=where, remedy=remedy)
    if key == "lang":
        if value not in LANGUAGES:
            raise SettingsError(f"lang is {value!r}", where=where, remedy="use zh, en or both")
        return value
    if key == "decks":
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
            raise SettingsError(f"decks is {value!r}", where=where, remedy='use a list: decks = ["~/cards"]')
        return tuple(home / Path(entry).expanduser() for entry in value)
    low, high = _RANGES[key]
    whole = key != "desired_retention"
    if (
        isinstance(value, bool)
        or not isinstance(value, int if whole else (int, float))
        or not low <= value <= high
    ):
        kind = "a whole number" if whole else "a number"
        raise SettingsError(f"{key} is {value!r}", where=where, remedy=f"use {kind} from {low} to {high}")
    return value


def _line_of(text: str, key: str) -> int:
    """The line on which a top-level key stands, for the error message."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.split("=")[0].strip().strip("[]\"'") == key:
            return number
    return 1
