"""Real processes: two that write at once, one that is killed, one that runs out of disk."""

from __future__ import annotations

import random
import resource
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from quizcli.errors import StoreError
from quizcli.store import DATABASE, Store, open_store

Python = Callable[..., "subprocess.Popen[str]"]
NOW = datetime(2026, 3, 1, tzinfo=UTC)

WRITER = """
    import sys
    from datetime import UTC, datetime
    from pathlib import Path
    from quizcli.store import open_store

    at = datetime(2026, 3, 1, tzinfo=UTC)  # a clock that stands still
    print("ready", flush=True)
    sys.stdin.readline()
    with open_store(Path(sys.argv[1])) as store:
        for number in range(int(sys.argv[2])):
            event = store.append("review", f"q{number}", {"rating": 3}, at, "fsrs")
            print(event.id, flush=True)
            if number % 4 == 3:
                sequence = store.events()[-1][0]
                store.write_cache("f", sequence, {f"q{number}": "{}"}, replace=True)
"""


def go(*writers: subprocess.Popen[str]) -> None:
    """Let the writers start together."""
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("\n")
        writer.stdin.flush()


def ids(folder: Path) -> list[str]:
    """The ids of the log, after SQLite found the file sound."""
    with open_store(folder) as store:
        found = [event.id for _, event in store.events()]
        assert [event.id for _, event in sorted(store.events())[:1]] == found[:1]
    raw = sqlite3.connect(folder / DATABASE)
    assert raw.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    raw.close()
    return found


def test_two_processes_append_at_once_and_nothing_is_lost(home: Path, python: Python) -> None:
    writers = [python(WRITER, home, 150) for _ in range(2)]
    go(*writers)
    printed = [writer.communicate() for writer in writers]
    assert [error for _, error in printed] == ["", ""]
    acknowledged = [output.split() for output, _ in printed]
    for of_one in acknowledged:
        assert len(of_one) == 150
        assert of_one == sorted(of_one)
    found = ids(home)
    assert found == sorted(set(acknowledged[0] + acknowledged[1]))
    with open_store(home) as store:
        sequences = [sequence for sequence, _ in store.events()]
    assert sequences == sorted(sequences), "one log: the order of arrival is the order of ids"


def test_six_processes_make_the_log_at_once(tmp_path: Path, python: Python) -> None:
    for attempt in range(3):
        home = tmp_path / str(attempt)
        writers = [python(WRITER, home, 1) for _ in range(6)]
        go(*writers)
        printed = [writer.communicate() for writer in writers]
        assert [error for _, error in printed] == [""] * 6
        assert ids(home) == sorted(output.strip() for output, _ in printed)


def test_a_writer_that_is_killed_loses_no_event_that_it_reported(home: Path, python: Python) -> None:
    draw = random.Random(2)
    acknowledged: set[str] = set()
    for _ in range(60):
        writer = python(WRITER, home, 10_000)
        go(writer)
        assert writer.stdout is not None
        for _ in range(draw.randrange(12)):
            acknowledged.add(writer.stdout.readline().strip())
        writer.kill()
        rest = writer.communicate()[0]
        # The last line may be torn: only a whole one was reported.
        acknowledged |= {line.strip() for line in rest.splitlines(keepends=True) if line.endswith("\n")}
        assert writer.returncode == -signal.SIGKILL
        if draw.random() < 0.5:  # otherwise the next writer finds what the killed one left
            assert acknowledged <= set(ids(home))
    found = ids(home)
    assert acknowledged <= set(found)
    assert len(acknowledged) > 100
    assert len(found) - len(acknowledged) <= 60, "one event at most is on the way at each kill"


def test_a_first_start_that_is_killed_leaves_a_log_that_opens(tmp_path: Path, python: Python) -> None:
    draw = random.Random(3)
    for number in range(12):
        home = tmp_path / str(number)
        writer = python(WRITER, home, 1)
        go(writer)
        stage = draw.choice([home, home / DATABASE, home / f"{DATABASE}-journal", home / f"{DATABASE}-wal"])
        while writer.poll() is None and not stage.exists():
            pass
        writer.kill()
        acknowledged = writer.communicate()[0].split()
        assert set(acknowledged) <= set(ids(home))
        with open_store(home) as store:
            store.append("suspend", "q1", {}, NOW, "fsrs")
            assert store.read_cache("f") is None


def fill(store: Store) -> tuple[list[str], StoreError]:
    """Append until the disk takes no more."""
    kept: list[str] = []
    while True:
        try:
            event = store.append("submission", "softmax", {"source": "x" * 3000}, NOW, "fsrs")
        except StoreError as error:
            return kept, error
        kept.append(event.id)


def kept_whole(store: Store, kept: list[str]) -> None:
    assert [event.id for _, event in store.events()] == kept
    assert not store.write_cache("f", 1, {"q": "x" * 100_000}, replace=True)
    assert store.read_cache("f") is None


def test_a_file_that_may_not_grow_keeps_what_it_has(home: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with open_store(home) as store:
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, hard))
            kept, error = fill(store)
            kept_whole(store, kept)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert len(kept) > 10
        assert "full" in error.message
        assert (error.where, bool(error.remedy)) == (str(home / DATABASE), True)
        kept.append(store.append("suspend", "q1", {}, NOW, "fsrs").id)
    assert ids(home) == kept


def filled(home: Path) -> None:
    """Make a log and fill it, until either does not work for lack of space."""
    with open_store(home) as store:
        raise fill(store)[1]


@pytest.mark.parametrize("limit", [0, 1, 4096, 10_000, 20_000, 40_000, 60_000])
def test_a_log_that_cannot_be_made_for_lack_of_space_says_so(home: Path, limit: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
        with pytest.raises(StoreError, match="full") as caught:
            filled(home)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert caught.value.remedy
    with open_store(home) as store:
        store.append("suspend", "q1", {}, NOW, "fsrs")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 400 KB of its own."""
    folder, mount, umount = tmp_path / "disk", shutil.which("mount"), shutil.which("umount")
    folder.mkdir()
    if mount is None or umount is None:
        pytest.skip("there is no mount command")
    command = [mount, "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True).returncode:
        pytest.skip("mounting a small disk needs root and the right to mount")
    yield folder
    subprocess.run([umount, str(folder)], check=True)


def test_a_full_disk_keeps_what_it_has(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"x" * 100_000)
    with open_store(small_disk) as store:
        kept, error = fill(store)
        kept_whole(store, kept)
        assert "full" in error.message
    with open_store(small_disk) as store:
        assert [event.id for _, event in store.events()] == kept
    ballast.unlink()
    with open_store(small_disk) as store:
        kept.append(store.append("suspend", "q1", {}, NOW, "fsrs").id)
    assert ids(small_disk) == kept


def test_a_full_disk_takes_no_new_log(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    with ballast.open("wb") as file:
        file.write(b"x" * (400 * 1024 - 8192))
    with pytest.raises(StoreError, match="full"):
        open_store(small_disk / "home")
    ballast.unlink()
    open_store(small_disk / "home").close()


def test_the_store_starts_without_the_heavy_libraries(python: Python) -> None:
    child = python(
        """
        import sys
        import quizcli.store
        print(sorted({name.partition(".")[0] for name in sys.modules}
                     & {"pydantic", "rich", "typer", "yaml", "torch", "fsrs", "uuid", "random", "numpy"}))
        """
    )
    assert child.communicate() == ("[]\n", "")
