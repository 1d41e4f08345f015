"""Damaged files: each opens, or is refused with one StoreError; there is no third way."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from quizcli.errors import StoreError
from quizcli.event import JSON, Draft
from quizcli.store import DATABASE, Store, open_store

NOW = datetime(2026, 3, 1, tzinfo=UTC)
WAL = DATABASE + "-wal"
fuzz = settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

Cut = tuple[int, bytes | None]
"""Where, in millionths of the file, and the bytes put there; None cuts the file off."""

places = st.one_of(st.integers(0, 999_999), st.integers(0, 4_000))
damages = st.lists(
    st.tuples(places, st.one_of(st.none(), st.binary(min_size=1, max_size=64))), min_size=1, max_size=6
)


def damaged(content: bytes, damage: list[Cut]) -> bytes:
    data = bytearray(content)
    for millionth, patch in damage:
        at = millionth * len(data) // 1_000_000
        if patch is None:
            del data[at:]
        else:
            data[at : at + len(patch)] = patch[: len(data) - at]
    return bytes(data)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of a hundred events with a cache, closed in peace."""
    folder = tmp_path_factory.mktemp("whole")
    with open_store(folder) as store:
        fill(store, 100)
        store.write_cache("f", 100, {f"q{number}": '{"a": 1}' * 9 for number in range(50)}, replace=True)
    return folder


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file and its -wal file as a killed process leaves them, a commit for each event."""
    folder = tmp_path_factory.mktemp("killed")
    with open_store(folder) as store:
        for _ in range(8):
            fill(store, 1)
        copy = tmp_path_factory.mktemp("copy")
        for name in (DATABASE, WAL):
            shutil.copy(folder / name, copy)
    return copy


def fill(store: Store, count: int) -> None:
    body: dict[str, JSON] = {"rating": 3, "answer": "除以根号 d " * 20}
    store.append_all(Draft("review", f"q{number}", body, NOW, "fsrs") for number in range(count))


def reads(store: Store) -> None:
    store.events()
    store.newest()
    store.read_cache("f")


def writes(store: Store) -> None:
    store.write_cache("f", 1, {"q1": "{}"}, replace=True)
    fill(store, 3)
    reads(store)


def survives(folder: Path, use: Callable[[Store], None]) -> StoreError | None:
    try:
        with open_store(folder, busy_seconds=0) as store:
            use(store)
    except StoreError as error:
        found = error
    else:
        return None
    assert found.where is not None
    assert found.remedy
    return found


@given(damages)
@fuzz
def test_a_damaged_file_is_read_or_refused_and_never_touched(whole: Path, damage: list[Cut]) -> None:
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / DATABASE
        content = damaged((whole / DATABASE).read_bytes(), damage)
        path.write_bytes(content)
        if survives(path.parent, reads):
            assert path.read_bytes() == content


@given(damages)
@example([(23_549, b"\x80")])  # a schema that SQLite quotes in its message, and that is no UTF-8
@example([(39_118, b"\x80")])
@fuzz
def test_a_damaged_file_is_written_or_refused(whole: Path, damage: list[Cut]) -> None:
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / DATABASE).write_bytes(damaged((whole / DATABASE).read_bytes(), damage))
        survives(Path(name), writes)


@given(damages, st.booleans())
@fuzz
def test_a_damaged_wal_file_is_read_or_refused(killed: Path, damage: list[Cut], both: bool) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / DATABASE).write_bytes(
            damaged((killed / DATABASE).read_bytes(), damage) if both else (killed / DATABASE).read_bytes()
        )
        (folder / WAL).write_bytes(damaged((killed / WAL).read_bytes(), damage))
        survives(folder, writes)


def test_a_wal_file_cut_anywhere_keeps_every_event_before_the_cut(killed: Path, tmp_path: Path) -> None:
    """What a power cut leaves: the commits that reached the disk, in their order, and a torn rest."""
    counts: list[int] = []
    torn = (killed / WAL).read_bytes()
    for cut in [*range(0, len(torn), 397), len(torn)]:
        folder = tmp_path / str(cut)
        folder.mkdir()
        (folder / DATABASE).write_bytes((killed / DATABASE).read_bytes())
        (folder / WAL).write_bytes(torn[:cut])
        with open_store(folder) as store:
            counts.append(len(store.events()))
            fill(store, 1)
            assert len(store.events()) == counts[-1] + 1
        shutil.rmtree(folder)
    assert counts == sorted(counts)
    assert set(counts) == set(range(9))


@pytest.mark.parametrize("column", ["id", "at", "device", "scheduler", "body", "kind", "item"])
@pytest.mark.parametrize("value", ["7", "x'ff'", "NULL", "1e300", "CAST(x'ff41' AS TEXT)"])
def test_a_value_of_the_wrong_type_is_one_error(tmp_path: Path, column: str, value: str) -> None:
    """Damage does not keep to strict tables; a table that is not strict stands for it here."""
    with open_store(tmp_path) as store:
        fill(store, 2)
    raw = sqlite3.connect(tmp_path / DATABASE, isolation_level=None)
    raw.executescript(
        f"""
        CREATE TABLE copy (sequence INTEGER PRIMARY KEY, id, kind, at, device, scheduler, item, body);
        INSERT INTO copy SELECT * FROM event;
        DROP TABLE event;
        ALTER TABLE copy RENAME TO event;
        UPDATE event SET {column} = {value} WHERE sequence = 2;
        """
    )
    raw.close()
    if (column, value) in {("at", "7")}:
        assert survives(tmp_path, reads) is None
    else:
        assert survives(tmp_path, reads)
