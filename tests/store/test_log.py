"""The log against a simple model, and the triggers that keep it append-only."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quizcli.errors import StoreError
from quizcli.event import JSON, Draft, Event
from quizcli.store import Store, open_store

NOW = datetime(2026, 3, 1, 12, 30, 15, 123456, tzinfo=UTC)
FSRS = "fsrs-6.3/default"


def review(item: str = "q1", rating: int = 3, at: datetime = NOW) -> Draft:
    return Draft("review", item, {"rating": rating}, at, FSRS)


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    with open_store(home) as opened:
        yield opened


@pytest.fixture
def raw(store: Store) -> Iterator[sqlite3.Connection]:
    """Another program's connection to a log of three events."""
    store.append_all([review("a"), review("b"), review("c")])
    connection = sqlite3.connect(store.path, isolation_level=None)
    yield connection
    connection.close()


def test_what_is_appended_is_read_back(store: Store) -> None:
    body: dict[str, JSON] = {
        "rating": 4,
        "answer": "注意力 😀 \x00 \ud800",
        "nested": [{"a": None, "b": 1.5}],
        "right": True,
    }
    event = store.append("review", "q1", body, NOW.astimezone(timezone(timedelta(hours=8))), FSRS)
    assert event == Event(event.id, "review", NOW, store.device, FSRS, "q1", body)
    assert event.at.tzinfo is UTC
    void = store.append("void", None, {"event": event.id}, NOW, FSRS)
    assert store.events() == [(1, event), (2, void)]
    assert store.events(after=1) == [(2, void)]
    assert store.events(after=2) == []
    assert store.newest() == void


def test_an_empty_log(store: Store) -> None:
    assert store.events() == []
    assert store.newest() is None


def test_the_device_is_one_for_a_log_and_another_for_another(home: Path, tmp_path: Path) -> None:
    with open_store(home) as one, open_store(home) as again, open_store(tmp_path / "other") as other:
        assert one.device == again.device != other.device
        assert len(one.device) == 16


operations = st.lists(
    st.one_of(
        st.tuples(
            st.just("review"),
            st.integers(-(10**12), 10**12).map(lambda ms: NOW + timedelta(milliseconds=ms)),
            st.sampled_from(["a", "b", "卡"]),
            st.integers(1, 4),
        ),
        st.tuples(st.just("void"), st.integers(0, 50)),
        st.tuples(st.just("reopen")),
        st.tuples(st.just("refused")),
    ),
    max_size=25,
)


@given(operations)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_log_is_a_list_that_only_grows(steps: list[tuple]) -> None:  # type: ignore[type-arg]
    model: list[Event] = []
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(Path(folder))
        for name, *values in steps:
            if name == "review":
                at, item, rating = values
                model.append(store.append("review", item, {"rating": rating}, at, FSRS))
                assert (model[-1].at, model[-1].item) == (at, item)
            elif name == "void" and model:
                target = model[values[0] % len(model)].id
                model.append(store.append("void", None, {"event": target}, NOW, FSRS))
            elif name == "reopen":
                store.close()
                store = open_store(Path(folder))
            elif name == "refused":
                with pytest.raises(ValueError, match="rating"):
                    store.append_all([review(), review(rating=9)])
        assert store.events() == list(enumerate(model, 1))
        assert store.newest() == (model[-1] if model else None)
        assert [e.id for e in model] == sorted({e.id for e in model})
        store.close()


def test_several_events_are_appended_together_or_not_at_all(store: Store) -> None:
    appended = store.append_all(review(item) for item in "abc")
    with pytest.raises(TypeError, match="JSON"):
        store.append_all([review("d"), Draft("submission", "e", {"x": object()}, NOW, FSRS)])  # type: ignore[dict-item]
    with pytest.raises(ValueError, match="JSON"):
        store.append_all([review("d"), Draft("submission", "e", {"x": float("nan")}, NOW, FSRS)])
    assert [event for _, event in store.events()] == appended
    assert store.append("suspend", "d", {}, NOW, FSRS).item == "d"


@pytest.mark.parametrize(
    "at", [NOW.replace(tzinfo=None), datetime.max.replace(tzinfo=timezone(-timedelta(hours=1)))]
)
def test_a_time_that_is_no_moment_is_refused(store: Store, at: datetime) -> None:
    with pytest.raises(ValueError, match="the time"):
        store.append("suspend", "q1", {}, at, FSRS)


@pytest.mark.parametrize("at", [datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC), NOW])
def test_any_moment_is_kept_to_the_microsecond(store: Store, at: datetime) -> None:
    store.append("suspend", "q1", {}, at, FSRS)
    assert store.events()[0][1].at == at


def test_an_event_that_arrives_late_is_read_in_its_place(store: Store, raw: sqlite3.Connection) -> None:
    early = "00000000-0000-7000-8000-000000000000"
    raw.execute(
        "INSERT INTO event (id, kind, at, device, scheduler, item, body) "
        "VALUES (?, 'suspend', 0, 'd', '', 'z', '{}')",
        (early,),
    )
    assert [sequence for sequence, _ in store.events()] == [4, 1, 2, 3]
    assert [event.id for _, event in store.events(after=3)] == [early]
    newest = store.newest()
    assert newest is not None
    assert newest.item == "c"
    assert store.append("suspend", "q", {}, NOW, FSRS).id > newest.id


COPY = "SELECT sequence, id, kind, at, device, scheduler, item, body FROM event WHERE sequence = 2"
COLUMNS = "(sequence, id, kind, at, device, scheduler, item, body)"


@pytest.mark.parametrize("recursive", ["ON", "OFF"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET body = '{}'",
        "UPDATE OR REPLACE event SET id = (SELECT id FROM event WHERE sequence = 1) WHERE sequence = 2",
        "UPDATE event SET sequence = 9 WHERE sequence = 2",
        "DELETE FROM event",
        "DELETE FROM event WHERE sequence = 2",
        f"INSERT OR REPLACE INTO event {COLUMNS} {COPY}",
        f"INSERT OR IGNORE INTO event {COLUMNS} {COPY}",
        f"REPLACE INTO event (id, kind, at, device, scheduler, item, body) "
        f"SELECT id, kind, 0, device, scheduler, 'x', body FROM ({COPY})",
        f"REPLACE INTO event {COLUMNS} SELECT 2, '00000000-0000-7000-8000-000000000000', kind, at, device, "
        f"scheduler, item, body FROM ({COPY})",
        f"INSERT INTO event {COLUMNS} {COPY} ON CONFLICT (id) DO UPDATE SET body = '{{}}'",
    ],
)
def test_triggers_refuse_every_connection(
    store: Store, raw: sqlite3.Connection, statement: str, recursive: str
) -> None:
    before = store.events()
    raw.execute(f"PRAGMA recursive_triggers = {recursive}")
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        raw.execute(statement)
    assert store.events() == before


@pytest.mark.parametrize(
    "values",
    [
        "'no id', 'suspend', 0, 'd', '', 'z', '{}'",
        "'FFFFFFFF-0000-7000-8000-000000000000', 'suspend', 0, 'd', '', 'z', '{}'",
        "'00000000-0000-4000-8000-000000000000', 'suspend', 0, 'd', '', 'z', '{}'",
        "'00000000-0000-7000-8000-000000000000', 'rename', 0, 'd', '', 'z', '{}'",
        "'00000000-0000-7000-8000-000000000000', 'suspend', 'noon', 'd', '', 'z', '{}'",
        "'00000000-0000-7000-8000-000000000000', 'suspend', 0, 'd', '', NULL, '{}'",
        "'00000000-0000-7000-8000-000000000000', 'void', 0, 'd', '', 'z', '{}'",
        "'00000000-0000-7000-8000-000000000000', 'suspend', 0, '', '', 'z', '{}'",
    ],
)
def test_the_table_refuses_what_is_no_event(raw: sqlite3.Connection, values: str) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        raw.execute(f"INSERT INTO event (id, kind, at, device, scheduler, item, body) VALUES ({values})")


@pytest.mark.parametrize(
    ("kind", "item", "body"),
    [
        ("suspend", "z", "{"),
        ("suspend", "z", "[]"),
        ("suspend", "z", "[" * 100_000),
        ("suspend", "z", "1" * 10_000),
        ("review", "z", '{"rating": 7}'),
        ("void", None, "{}"),
    ],
)
def test_a_row_that_makes_no_sense_is_one_error(
    store: Store, raw: sqlite3.Connection, kind: str, item: str | None, body: str
) -> None:
    raw.execute(
        "INSERT INTO event (id, kind, at, device, scheduler, item, body) VALUES (?, ?, 0, 'd', '', ?, ?)",
        ("ffffffff-ffff-7fff-bfff-ffffffffffff", kind, item, body),
    )
    for read in (store.events, store.newest):
        with pytest.raises(StoreError, match="event 4") as caught:
            read()
        assert caught.value.where == str(store.path)
        assert caught.value.remedy
    with pytest.raises(StoreError, match="no id after"):
        store.append("suspend", "q1", {}, NOW, FSRS)
    assert len(store.events(after=4)) == 0


def test_a_time_out_of_the_calendar_is_one_error(store: Store, raw: sqlite3.Connection) -> None:
    raw.execute(
        "INSERT INTO event (id, kind, at, device, scheduler, item, body) "
        "VALUES ('ffffffff-ffff-7fff-bfff-ffffffffffff', 'suspend', 9e18, 'd', '', 'z', '{}')"
    )
    with pytest.raises(StoreError, match="event 4"):
        store.events()
