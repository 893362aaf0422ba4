"""An answer read by a thread of its own, since a server that sends a byte now and then would outlast any time-out of a socket.

Whoever waits gets each piece as it comes, and is free at the deadline, whatever the server does.
"""

from __future__ import annotations

import math
import queue
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

Piece = TypeVar("Piece")
Chunk = TypeVar("Chunk")

BUSY = (429, 502, 503, 504)
"""Answers of HTTP after which a second try may help."""


@dataclass(frozen=True, slots=True)
class Tries:
    """How often something is tried. `pause_s` is that before the second try; each further one is twice as long."""

    retries: int
    pause_s: float


class Reading(Generic[Piece]):
    """Between the thread that reads an answer and the one that waits for it. `deadline` is a time of time.monotonic."""

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self._pieces: queue.SimpleQueue[Piece | Exception | None] = queue.SimpleQueue()
        self._given_up = threading.Event()

    @property
    def left_s(self) -> float:
        """What a socket may be given: never nothing, which it would refuse."""
        return max(self.deadline - time.monotonic(), 0.001)

    def put(self, piece: Piece) -> None:
        """A piece is there."""
        self._pieces.put(piece)

    def while_wanted(self, chunks: Iterable[Chunk]) -> Iterator[Chunk]:
        """As long as somebody waits for them: bytes that drip in would keep the connection for ever."""
        for chunk in chunks:
            if self._given_up.is_set():
                return
            yield chunk

    def tried(self, read: Callable[[], None], tries: Tries, may_pass: Callable[[Exception], bool]) -> None:
        """Read until it succeeds; a fault that may pass is met again unless that would be after the deadline."""
        for attempt in range(tries.retries + 1):
            try:
                return read()
            except Exception as fault:  # which faults may pass is for `may_pass` to say; all others are raised again
                pause_s = tries.pause_s * 2**attempt
                last = attempt == tries.retries or time.monotonic() + pause_s >= self.deadline
                if not may_pass(fault) or last or self._given_up.wait(pause_s):
                    raise
        return None

    def pieces(
        self, read: Callable[[], None], late: Exception, patience_s: Callable[[], float] = lambda: math.inf
    ) -> Generator[Piece]:
        """What `read` puts, while it reads; its faults are raised here, `late` where a piece takes longer than it may."""
        threading.Thread(target=self._run, args=(read,), name="read", daemon=True).start()
        try:
            while True:
                try:
                    piece = self._pieces.get(timeout=max(min(self.deadline - time.monotonic(), patience_s()), 0.0))
                except queue.Empty:
                    raise late from None
                if piece is None:
                    return
                if isinstance(piece, Exception):
                    raise piece
                yield piece
        finally:
            self._given_up.set()

    def _run(self, read: Callable[[], None]) -> None:
        try:
            read()
        except Exception as fault:  # whatever it is belongs to the one who waits
            self._pieces.put(fault)
        else:
            self._pieces.put(None)
