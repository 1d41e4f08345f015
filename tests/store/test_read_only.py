"""Places where nothing can be written, tried as a user whom mode bits bind."""

from __future__ import annotations

import json
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from quizcli.errors import StoreError
from quizcli.store import DATABASE, Store, open_store
from quizcli.store.migrations import MIGRATIONS, migrate

NOW = datetime(2026, 3, 1, tzinfo=UTC)
NOBODY = 65534


def append(store: Store, item: str = "q1") -> str:
    return store.append("review", item, {"rating": 3}, NOW, "fsrs").id


def snapshot(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith("-shm")}


Report = dict[str, Any]


def as_nobody(folder: Path, act: Callable[[], Report]) -> Report:
    """What ``act`` reports when run in a process that mode bits hold for."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        report: Report
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
            report = act()
        except BaseException as error:
            report = {"kind": type(error).__name__, "text": str(error)}
        os.write(write, json.dumps(report).encode())
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as pipe:
        answer: Report = json.loads(pipe.read())
    os.waitpid(child, 0)
    return answer


def use(folder: Path) -> Report:
    """Open, read, and try to write; say what came of each."""
    with open_store(folder) as store:
        report: Report = {"events": len(store.events()), "read_only": store.read_only}
        report["cache"] = [store.read_cache("f") is not None, store.write_cache("f", 1, {}, replace=True)]
        try:
            append(store)
        except StoreError as error:
            report["append"] = [error.message, error.where, error.remedy]
    return report


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that another user can reach, which pytest's own is not."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.parametrize(
    ("folder_mode", "file_mode", "dirty"),
    [
        (0o555, 0o444, False),
        (0o555, 0o666, False),
        (0o777, 0o444, False),
        (0o555, 0o444, True),
        (0o777, 0o444, True),
    ],
)
def test_a_read_only_log_is_read_and_says_why_it_takes_no_more(
    open_folder: Path, folder_mode: int, file_mode: int, dirty: bool
) -> None:
    folder = open_folder / "home"
    with open_store(folder) as store:
        append(store)
        store.write_cache("f", 1, {"q1": "1"}, replace=True)
        if dirty:  # another process has it open, so that the -wal file is there
            report = read_only_report(folder, folder_mode, file_mode)
    if not dirty:
        report = read_only_report(folder, folder_mode, file_mode)
    path = str(folder / DATABASE)
    assert report["events"] == 1
    assert report["read_only"] is True
    assert report["cache"] == [True, False]
    message, where, remedy = report["append"]
    assert ("read-only" in message, where) == (True, path)
    assert "QUIZCLI_HOME" in remedy


def read_only_report(folder: Path, folder_mode: int, file_mode: int) -> Report:
    for path in folder.iterdir():
        path.chmod(file_mode)
    folder.chmod(folder_mode)
    before = snapshot(folder)
    report = as_nobody(folder, lambda: use(folder))
    after = snapshot(folder)
    folder.chmod(0o777)
    assert after[DATABASE] == before[DATABASE]
    assert after.get(f"{DATABASE}-wal", b"") == before.get(f"{DATABASE}-wal", b"")
    return report


def test_a_read_only_folder_without_a_log_is_refused(open_folder: Path) -> None:
    folder = open_folder / "home"
    folder.mkdir(mode=0o555)
    for place in (folder, folder / "deeper"):
        report = as_nobody(folder, lambda place=place: use(place))  # type: ignore[misc]
        assert report["kind"] == "StoreError"
    assert list(folder.iterdir()) == []


def test_an_older_log_in_a_read_only_place_is_refused(open_folder: Path) -> None:
    folder = open_folder / "home"
    folder.mkdir()
    raw = sqlite3.connect(folder / DATABASE, isolation_level=None)
    migrate(raw, MIGRATIONS[:1])
    raw.close()
    folder.chmod(0o555)
    report = as_nobody(folder, lambda: use(folder))
    assert report["kind"] == "StoreError"
    assert "older version and read-only" in str(report["text"])


def test_a_log_that_cannot_be_read_is_refused(open_folder: Path) -> None:
    folder = open_folder / "home"
    open_store(folder).close()
    (folder / DATABASE).chmod(0)
    for mode in (0o777, 0o555, 0):
        folder.chmod(mode)
        report = as_nobody(folder, lambda: use(folder))
        assert report["kind"] == "StoreError", report
    folder.chmod(0o777)
