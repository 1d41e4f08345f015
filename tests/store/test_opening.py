"""Opening: new files, old ones, foreign ones, and places where nothing can be written."""

from __future__ import annotations

import sqlite3
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from quizcli.errors import StoreError
from quizcli.store import DATABASE, Store, migrations, open_store
from quizcli.store.migrations import APPLICATION_ID, MIGRATIONS, NEWEST, Migration, migrate, schema_version

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def append(store: Store, item: str = "q1") -> str:
    return store.append("review", item, {"rating": 3}, NOW, "fsrs").id


def snapshot(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith("-shm")}


def refused(folder: Path, match: str, **options: float) -> StoreError:
    """Opening is refused with one whole error, and the folder keeps every byte."""
    before = snapshot(folder)
    with pytest.raises(StoreError, match=match) as caught:
        open_store(folder, **options)
    assert snapshot(folder) == before
    assert caught.value.where == str(folder / DATABASE)
    assert caught.value.remedy
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.fixture
def database(home: Path) -> Iterator[sqlite3.Connection]:
    """A file made by something else, in the place of the log."""
    home.mkdir()
    connection = sqlite3.connect(home / DATABASE, isolation_level=None)
    yield connection
    connection.close()


def test_the_folder_and_the_file_are_made(tmp_path: Path) -> None:
    folder = tmp_path / "a ?#%41 b" / "数据"
    with open_store(folder) as store:
        append(store)
    assert [path.name for path in folder.iterdir()] == [DATABASE]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    with open_store(folder) as store:
        assert len(store.events()) == 1


def test_an_empty_file_is_a_new_log(home: Path) -> None:
    home.mkdir()
    (home / DATABASE).touch()
    with open_store(home) as store:
        append(store)
        assert len(store.events()) == 1


def test_the_file_says_whose_it_is_and_which_version(home: Path) -> None:
    open_store(home).close()
    header = (home / DATABASE).read_bytes()[:100]
    assert int.from_bytes(header[60:64]) == NEWEST
    assert int.from_bytes(header[68:72]) == APPLICATION_ID


def test_migrations_are_numbered_one_by_one() -> None:
    assert [migration.number for migration in MIGRATIONS] == list(range(1, NEWEST + 1))


@pytest.mark.parametrize("version", range(1, NEWEST))
def test_an_older_log_is_brought_up_to_date(
    home: Path, database: sqlite3.Connection, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate(database, MIGRATIONS[:version])
    database.execute(
        "INSERT INTO event (id, kind, at, device, scheduler, item, body) "
        "VALUES ('00000000-0000-7000-8000-000000000000', 'review', 0, 'd', '', 'q', '{\"rating\": 1}')"
    )
    device = database.execute("SELECT id FROM device").fetchone()[0]
    database.close()
    with open_store(home) as store:
        assert store.device == device
        assert [event.item for _, event in store.events()] == ["q"]
        assert store.write_cache("f", 1, {"q": "1"}, replace=True)
        append(store)
    made = open_store(home.with_name("made"))
    with made, open_store(home) as store:
        assert schema(store) == schema(made)


def schema(store: Store) -> list[tuple[str, str]]:
    return store._connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()


def test_a_migration_that_fails_changes_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_store(home) as store:
        append(store)
    broken = Migration(NEWEST + 1, "broken", ("CREATE TABLE more (a)", "CREATE TABLE event (a)"))
    with monkeypatch.context() as patch:
        patch.setattr("quizcli.store.opening.NEWEST", NEWEST + 1)
        patch.setattr(migrations.migrate, "__defaults__", ((*MIGRATIONS, broken),))
        refused(home, "already exists")
    with open_store(home) as store:
        assert schema_version(store._connection) == NEWEST
        assert len(store.events()) == 1


def test_a_newer_version_is_refused(home: Path) -> None:
    open_store(home).close()
    raw = sqlite3.connect(home / DATABASE)
    raw.execute(f"PRAGMA user_version = {NEWEST + 1}")
    raw.close()
    assert "update" in str(refused(home, f"version {NEWEST + 1}").remedy)


def test_a_newer_version_that_is_still_in_the_wal_file_is_refused(home: Path) -> None:
    """A newer program was killed: its last pages are beside the file, and stay there."""
    live = home.with_name("live")
    with open_store(live) as store:
        append(store)
        store._connection.execute(f"PRAGMA user_version = {NEWEST + 1}")
        home.mkdir()
        for name in (DATABASE, DATABASE + "-wal"):
            (home / name).write_bytes((live / name).read_bytes())
    assert (home / f"{DATABASE}-wal").stat().st_size
    refused(home, f"version {NEWEST + 1}")


@pytest.mark.parametrize("journal", ["DELETE", "WAL"])
@pytest.mark.parametrize(
    "statement", ["CREATE TABLE notes (a)", "PRAGMA user_version = 1", "PRAGMA application_id = 7"]
)
def test_another_programs_database_is_refused(
    home: Path, database: sqlite3.Connection, statement: str, journal: str
) -> None:
    database.execute(f"PRAGMA journal_mode = {journal}")
    database.execute(statement)
    database.close()
    refused(home, "another program's")


@pytest.mark.parametrize("content", [b"x", b"not a database\n" * 400, b"\x00" * 8192, b"SQLite format 3\x00"])
def test_a_file_that_is_no_database_is_refused(home: Path, content: bytes) -> None:
    home.mkdir()
    (home / DATABASE).write_bytes(content)
    refused(home, "no log of quizcli|damaged")


def test_an_emptied_file_beside_unsaved_pages_is_refused(home: Path) -> None:
    home.mkdir()
    (home / DATABASE).touch()
    (home / f"{DATABASE}-wal").write_bytes(b"answers")
    refused(home, "damaged")


def test_a_log_without_its_device_is_refused(home: Path) -> None:
    open_store(home).close()
    raw = sqlite3.connect(home / DATABASE, isolation_level=None)
    raw.execute("DELETE FROM device")
    raw.close()
    refused(home, "device")


def test_a_folder_in_the_place_of_the_file_is_refused(home: Path) -> None:
    (home / DATABASE).mkdir(parents=True)
    with pytest.raises(StoreError, match="no file"):
        open_store(home)


@pytest.mark.parametrize("below", ["", "deeper"])
def test_a_file_in_the_place_of_the_folder_is_refused(home: Path, below: str) -> None:
    home.write_text("mine")
    with pytest.raises(StoreError, match="a file is in its place") as caught:
        open_store(home / below)
    assert caught.value.remedy
    assert home.read_text() == "mine"


def test_a_name_that_is_too_long_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be used"):
        open_store(tmp_path / ("x" * 300))


def test_too_old_a_sqlite_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 36, 0))
    with pytest.raises(StoreError, match="too old"):
        open_store(home)
    assert not home.exists()


def test_a_log_that_another_program_holds_says_so(home: Path) -> None:
    with open_store(home, busy_seconds=0.02) as store:
        kept = append(store)
        other = sqlite3.connect(home / DATABASE, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="another program") as caught:
            append(store)
        assert caught.value.where == str(store.path)
        assert [event.id for _, event in store.events()] == [kept], "reading needs no lock"
        open_store(home, busy_seconds=0).close()
        other.execute("ROLLBACK")
        other.close()
        assert append(store) > kept


def test_a_log_that_is_locked_for_all_is_refused(home: Path, database: sqlite3.Connection) -> None:
    open_store(home).close()
    database.execute("PRAGMA locking_mode = EXCLUSIVE")
    database.execute("BEGIN EXCLUSIVE")
    refused(home, "another program", busy_seconds=0)


def test_a_closed_store_is_a_fault_of_the_caller(home: Path) -> None:
    with open_store(home) as store:
        store.close()
    for use in (store.events, store.newest, lambda: append(store)):
        with pytest.raises(sqlite3.ProgrammingError):
            use()
    assert [path.name for path in home.iterdir()] == [DATABASE]


def test_every_commit_waits_for_the_disk(home: Path) -> None:
    names = ("synchronous", "journal_mode", "fullfsync", "recursive_triggers")
    with open_store(home) as store:
        asked = [store._connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names]
    assert asked == [2, "wal", 1, 1]
