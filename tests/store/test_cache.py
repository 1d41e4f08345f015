"""The cache of the fold: it may vanish at any time, and it is never half of one and half of another."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizcli.event import Draft
from quizcli.store import Store, open_store

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def append(store: Store, item: str) -> None:
    store.append("suspend", item, {}, NOW, "fsrs")


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    with open_store(home) as opened:
        opened.append_all(Draft("suspend", item, {}, NOW, "fsrs") for item in "abcd")
        yield opened


def test_a_cache_is_read_back_by_the_next_process(home: Path, store: Store) -> None:
    assert store.read_cache("f") is None
    assert store.write_cache("f", 3, {"a": "1", "卡": "{}"}, replace=True)
    with open_store(home) as other:
        assert other.read_cache("f") == (3, {"a": "1", "卡": "{}"})


def test_rows_are_added_to_what_is_there(store: Store) -> None:
    store.write_cache("f", 2, {"a": "1", "b": "1"}, replace=True)
    assert store.write_cache("f", 3, {"b": "2", "c": "2"}, replace=False)
    assert store.read_cache("f") == (3, {"a": "1", "b": "2", "c": "2"})
    assert store.write_cache("f", 4, {}, replace=False)
    assert store.write_cache("f", 4, {"d": "3"}, replace=True)
    assert store.read_cache("f") == (4, {"d": "3"})


def test_another_fingerprint_sees_nothing_and_spoils_nothing(store: Store) -> None:
    store.write_cache("f", 2, {"a": "1"}, replace=True)
    assert store.read_cache("g") is None
    assert not store.write_cache("g", 3, {"b": "1"}, replace=False)
    assert store.read_cache("f") == (2, {"a": "1"})
    assert store.write_cache("g", 3, {"b": "1"}, replace=True)
    assert store.read_cache("f") is None
    assert store.read_cache("g") == (3, {"b": "1"})


def test_a_dropped_cache_takes_no_partial_rows(store: Store) -> None:
    store.write_cache("f", 2, {"a": "1"}, replace=True)
    store.drop_cache()
    assert store.read_cache("f") is None
    assert not store.write_cache("f", 3, {"b": "1"}, replace=False)
    assert store.read_cache("f") is None
    assert len(store.events()) == 4


def test_rows_of_a_process_that_never_read_the_cache_are_not_mixed_in(home: Path, store: Store) -> None:
    store.write_cache("f", 2, {"a": "1"}, replace=True)
    with open_store(home) as other:
        assert not other.write_cache("f", 4, {"c": "1"}, replace=False)
    assert store.read_cache("f") == (2, {"a": "1"})


def test_an_older_fold_does_not_take_a_newer_one_back(home: Path, store: Store) -> None:
    store.write_cache("f", 2, {"a": "2"}, replace=True)
    with open_store(home) as other:
        other.read_cache("f")
        assert store.write_cache("f", 4, {"a": "4"}, replace=False)
        assert not other.write_cache("f", 3, {"a": "3"}, replace=False)
        assert not other.write_cache("f", 4, {"b": "4"}, replace=False), "its rows since 3 were not kept"
    assert store.read_cache("f") == (4, {"a": "4"})


def test_a_cache_of_more_events_than_there_are_is_none(store: Store) -> None:
    store.write_cache("f", 5, {"a": "1"}, replace=True)
    assert store.read_cache("f") is None


def test_a_write_that_fails_is_reported_and_leaves_the_old_cache(home: Path, store: Store) -> None:
    store.write_cache("f", 2, {"a": "1"}, replace=True)
    with open_store(home, busy_seconds=0) as impatient:
        impatient.read_cache("f")
        blocker = sqlite3.connect(store.path, isolation_level=None)
        blocker.execute("BEGIN IMMEDIATE")
        assert not impatient.write_cache("f", 3, {"b": "1"}, replace=False)
        blocker.execute("ROLLBACK")
        blocker.close()
        # The rows up to 3 are lost, so the next ones would leave a gap.
        assert not impatient.write_cache("f", 4, {"c": "1"}, replace=False)
        assert impatient.read_cache("f") == (2, {"a": "1"})
        assert impatient.write_cache("f", 4, {"b": "1", "c": "1"}, replace=False)


def test_a_table_that_is_gone_fails_no_write(store: Store) -> None:
    with sqlite3.connect(store.path) as other:
        other.execute("DROP TABLE fold")
    other.close()
    assert not store.write_cache("f", 2, {"a": "1"}, replace=True)
    append(store, "e")
    assert len(store.events()) == 5


def count(store: Store, states: dict[str, int], after: int) -> tuple[int, dict[str, str]]:
    """A fold: how often each item occurs. Returns the new sequence and the rows that changed."""
    arrived = store.events(after)
    for _, event in arrived:
        assert event.item is not None
        states[event.item] = states.get(event.item, 0) + 1
    changed = {str(event.item): str(states[str(event.item)]) for _, event in arrived}
    return max([after, *(sequence for sequence, _ in arrived)]), changed


steps = st.lists(
    st.tuples(
        st.integers(0, 2), st.sampled_from(["append", "load", "fold", "keep", "keep", "drop", "reopen"])
    ),
    max_size=40,
)


@given(steps)
@settings(max_examples=80, deadline=None)
def test_whatever_is_in_the_cache_is_the_fold_of_its_events(plan: list[tuple[int, str]]) -> None:
    """Three processes append, fold and cache in any order; a cache is right or it is not there."""
    with tempfile.TemporaryDirectory() as name:
        stores = [open_store(Path(name)) for _ in range(3)]
        folds: list[tuple[int, dict[str, int], dict[str, str]] | None] = [None] * 3
        for number, step in plan:
            store, fold = stores[number], folds[number]
            if step == "append":
                append(store, "abc"[number])
            elif step == "reopen":
                store.close()
                stores[number], folds[number] = open_store(Path(name)), None
            elif step == "drop":
                store.drop_cache()
            elif step == "load" or fold is None:
                cached = store.read_cache("f")
                sequence, rows = cached or (0, {})
                folds[number] = (sequence, {item: int(text) for item, text in rows.items()}, {})
            elif step == "fold":
                sequence, changed = count(store, fold[1], fold[0])
                folds[number] = (sequence, fold[1], fold[2] | changed)
            else:
                store.write_cache("f", fold[0], fold[2], replace=False)
                if stores[number].read_cache("f") is None:
                    whole = {item: str(times) for item, times in fold[1].items()}
                    store.write_cache("f", fold[0], whole, replace=True)
                folds[number] = None
            check(stores[number])
        for store in stores:
            check(store)
            store.close()


def check(store: Store) -> None:
    with open_store(store.path.parent) as fresh:
        cached = fresh.read_cache("f")
        if cached is not None:
            expected: dict[str, int] = {}
            for sequence, event in fresh.events():
                if sequence <= cached[0]:
                    expected[str(event.item)] = expected.get(str(event.item), 0) + 1
            assert {item: int(text) for item, text in cached[1].items()} == expected
