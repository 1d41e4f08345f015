"""Many submissions at once, by one pure function: on the cores of this machine, or on a Dask cluster."""

from __future__ import annotations

import os
import queue
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from quizcli.errors import GradingError, UsageError
from quizcli.grading.client import Session, grade
from quizcli.grading.report import Failure, Report


@dataclass(frozen=True, slots=True)
class Task:
    """One submission: its file's name, the exercise, the source."""

    file: str
    exercise: str
    source: str


def graded(task: Task, grader: Callable[..., Report] = grade) -> Report:
    """The report on one submission. A fault of the grader is a report, too: one file never stops the rest."""
    try:
        return grader(task.exercise, task.source, task.file.rpartition("/")[2])
    except GradingError as error:
        return Report(task.exercise, "error", failure=Failure(str(error)))


def grade_here(tasks: Sequence[Task], workers: int | None = None) -> Iterator[tuple[int, Report]]:
    """Grades on this machine; each worker keeps a warm judge.

    Args:
        workers: how many at once; without, as many as there are cores.

    Yields:
        The position of a task and its report, as they come.
    """
    count = min(workers or os.cpu_count() or 1, len(tasks))
    waiting: queue.SimpleQueue[int] = queue.SimpleQueue()
    done: queue.SimpleQueue[tuple[int, Report]] = queue.SimpleQueue()
    for position in range(len(tasks)):
        waiting.put(position)

    def work() -> None:
        session = Session()
        try:
            while True:
                position = waiting.get_nowait()
                report = graded(tasks[position], session.grade)
                if not session.alive:  # its judge broke: the next submission gets another one
                    session.close(wait=False)
                    session = Session()
                done.put((position, report))
        except queue.Empty:
            session.close()

    for _ in range(count):
        threading.Thread(target=work, daemon=True).start()
    for _ in tasks:
        yield done.get()


def grade_on_cluster(tasks: Sequence[Task], address: str) -> Iterator[tuple[int, Report]]:
    """Grades on a Dask cluster, whose workers need quizcli installed.

    Raises:
        UsageError: the extra is not installed, or nobody answers at the address.
    """
    try:
        from distributed import Client, as_completed
    except ImportError:
        raise UsageError(
            "grading on a cluster needs Dask", where="--scheduler", remedy="pip install 'quizcli[cluster]'"
        ) from None
    try:
        _reach(address)
        client = Client(address, timeout="5s", set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        reason = str(error).splitlines()[0]
        raise UsageError(
            f"no scheduler answers: {reason}", where=address, remedy="start one: dask scheduler"
        ) from None
    with client:
        futures = {client.submit(graded, task, pure=False): position for position, task in enumerate(tasks)}
        for future in as_completed(list(futures), loop=client.loop):  # type: ignore[no-untyped-call]
            position = futures[future]
            try:
                yield position, future.result()
            except Exception as error:  # a worker that lacks quizcli, or was lost
                failure = Failure(f"on the cluster: {error}")
                yield position, Report(tasks[position].exercise, "error", failure=failure)


def _reach(address: str) -> None:
    """Raises OSError or ValueError at once where Dask would retry for half a minute."""
    parts = urlsplit(address if "://" in address else f"tcp://{address}")
    if not parts.hostname or not parts.port:
        raise ValueError("not an address such as tcp://host:8786")
    socket.create_connection((parts.hostname, parts.port), timeout=5).close()
