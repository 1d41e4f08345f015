"""What happens while a file is watched: a key is pressed, or a file of the folder is saved."""

from __future__ import annotations

import os
import select
import sys
import termios
import threading
import tty
from pathlib import Path
from types import TracebackType

SETTLED = 20  # milliseconds without a further change: an editor writes, renames and touches in one go
END = "\x04"


class Happenings:
    """Keys and saved files, as they come. A context manager; the terminal is as before afterwards."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stop = threading.Event()
        self._read, self._write = os.pipe()
        self._lock = threading.Lock()
        self._saved: set[str] = set()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._keyboard = sys.stdin.fileno()

    def __enter__(self) -> Happenings:
        self._before = termios.tcgetattr(self._keyboard)
        tty.setcbreak(self._keyboard)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        termios.tcsetattr(self._keyboard, termios.TCSADRAIN, self._before)
        self._thread.join(timeout=1)

    def next(self) -> str | set[str]:
        """Waits for the next one: a key (END when the terminal has gone), or the names of saved files."""
        ready, _, _ = select.select([self._keyboard, self._read], [], [])
        if self._keyboard in ready:
            return os.read(self._keyboard, 64).decode("utf-8", "replace")[:1] or END
        os.read(self._read, 1 << 16)
        with self._lock:
            saved, self._saved = self._saved, set()
        return saved

    def _watch(self) -> None:
        from watchfiles import watch

        changes = watch(
            self._folder,
            watch_filter=None,
            step=SETTLED,
            rust_timeout=500,
            stop_event=self._stop,
            recursive=False,
            raise_interrupt=False,
        )
        for group in changes:
            with self._lock:
                self._saved |= {Path(path).name for _, path in group}
            os.write(self._write, b".")
