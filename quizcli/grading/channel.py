"""The judge's end of the pipes to a candidate: frames out, frames in, what it prints, and a deadline."""

from __future__ import annotations

import os
import selectors
import time
from contextlib import suppress
from typing import Literal

from quizcli.grading import wire

KEPT_OUTPUT = 200
PIECE = 1 << 20


class Broken(Exception):
    """The candidate does not answer any more: it is late or gone, sends junk, or prints without end."""

    def __init__(self, how: Literal["late", "gone", "junk", "flood"]) -> None:
        super().__init__(how)
        self.how = how


class Abandoned(Exception):
    """Nobody waits for the report any more."""


class Channel:
    """Pipes to one candidate. It must be closed."""

    def __init__(self, seconds: float, output_limit: int, client: int | None) -> None:
        """Makes the pipes.

        Args:
            seconds: how long to wait for the candidate in all.
            output_limit: how many bytes it may print.
            client: a descriptor that becomes readable when nobody waits for the report any more.
        """
        self._output_limit = output_limit
        self._client = client
        self._printed = bytearray()
        self._printed_size = 0
        self._outgoing = bytearray()
        self._incoming = bytearray()
        theirs_in, self._requests = os.pipe()
        self._answers, theirs_out = os.pipe()
        self._output, theirs_print = os.pipe()
        self.theirs = [theirs_in, theirs_out, theirs_print]
        self._selector = selectors.DefaultSelector()
        for descriptor in (self._requests, self._answers, self._output):
            os.set_blocking(descriptor, False)
        for descriptor in (self._answers, self._output):
            self._selector.register(descriptor, selectors.EVENT_READ)
        if client is not None:
            self._selector.register(client, selectors.EVENT_READ)
        self._writing = False
        self._patience = seconds

    def start_clock(self, seconds: float) -> None:
        """Allots the time anew, and closes the ends that belong to the candidate. Only waiting uses it up, so
        that a judge with much to work out does not take it from the candidate."""
        for descriptor in self.theirs:
            os.close(descriptor)
        self.theirs = []
        self._patience = seconds

    def close(self) -> None:
        """Closes all descriptors."""
        self._selector.close()
        for descriptor in (self._requests, self._answers, self._output, *self.theirs):
            os.close(descriptor)

    @property
    def printed(self) -> str:
        """The beginning of what has been printed so far."""
        before = -1
        with suppress(Broken):
            while before != self._printed_size:
                before = self._printed_size
                self._take_output()
        return self._printed.decode("utf-8", "replace")

    def send(self, frame: bytes) -> None:
        """Queues a frame; it goes out while :meth:`receive` waits."""
        self._outgoing += frame
        self._push()

    def receive(self) -> bytes:
        """The next blob.

        Raises:
            Broken: there will not be one.
            Abandoned: nobody waits for it.
        """
        while (blob := self._next_blob()) is None:
            start = time.monotonic()
            ready = self._selector.select(max(0.0, self._patience))
            self._patience -= time.monotonic() - start
            if self._patience <= 0:
                raise Broken("late")
            for key, _ in ready:
                if key.fd == self._client:
                    raise Abandoned
                if key.fd == self._output and not self._take_output():
                    self._selector.unregister(self._output)
                elif key.fd == self._requests:
                    self._push()
                elif key.fd == self._answers:
                    piece = os.read(self._answers, PIECE)
                    if not piece:
                        raise Broken("gone")
                    self._incoming += piece
        return blob

    def _next_blob(self) -> bytes | None:
        """A blob that has arrived completely."""
        head = wire.LENGTH.size
        if len(self._incoming) < head:
            return None
        size = wire.LENGTH.unpack_from(self._incoming)[0]
        if size > wire.MAX_FRAME:
            raise Broken("junk")
        if len(self._incoming) < head + size:
            return None
        blob = bytes(self._incoming[head : head + size])
        del self._incoming[: head + size]
        return blob

    def _push(self) -> None:
        """Writes what fits; has the selector watch for more room if something is left."""
        with suppress(BlockingIOError):
            try:
                while self._outgoing:
                    del self._outgoing[: os.write(self._requests, self._outgoing[:PIECE])]
            except BrokenPipeError:
                self._outgoing.clear()  # it has closed its end; what it left to read tells the rest
        if self._outgoing and not self._writing:
            self._selector.register(self._requests, selectors.EVENT_WRITE)
        elif self._writing and not self._outgoing:
            self._selector.unregister(self._requests)
        self._writing = bool(self._outgoing)

    def _take_output(self) -> bool:
        """Takes what was printed; False at its end."""
        try:
            piece = os.read(self._output, PIECE)
        except BlockingIOError:
            return True
        self._printed_size += len(piece)
        self._printed += piece[: max(0, KEPT_OUTPUT - len(self._printed))]
        if self._printed_size > self._output_limit:
            raise Broken("flood")
        return bool(piece)
