"""The seam between a call and its line: AudioSocket, a browser's WebSocket, a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Sound = NDArray[np.float32]
"""Mono audio in [-1, 1], shape (n,), at the line's own rate."""

FRAME_MS = 20
"""The telephone's packet: what Asterisk, Twilio and RTP send at once."""


class LineClosedError(Exception):
    """The other side is gone; the usual end of a call."""


class WireError(ValueError):
    """The other side sent what the wire format does not allow; the call ends, the process lives."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Sound from the caller."""

    samples: Sound


@dataclass(frozen=True, slots=True)
class Digit:
    """A key pressed; one of 0-9 * # A-D."""

    key: str


class MediaTransport(Protocol):
    """One line, open. `rate_hz` holds for both directions."""

    @property
    def rate_hz(self) -> int: ...

    @property
    def paces(self) -> bool:
        """True: the far end queues what it gets and plays it in time, and `clear` empties that queue.

        False: sound must be sent as it is to be heard, 20 ms each 20 ms, and `clear` can do nothing.
        """
        ...

    async def receive(self) -> Heard | Digit:
        """The next thing from the caller. Raises LineClosedError and WireError."""
        ...

    async def send(self, samples: Sound) -> None:
        """Let the caller hear this. Raises LineClosedError."""
        ...

    async def clear(self) -> None:
        """Stop at once what the far end still has to play."""
        ...

    async def close(self) -> None:
        """Hang up; harmless on a line that is closed."""
        ...


def to_s16(samples: Sound) -> bytes:
    """Little-endian 16-bit, as all our wires carry it."""
    return (np.clip(samples, -1.0, 1.0) * 32767.0).astype("<i2").tobytes()


def from_s16(payload: bytes) -> Sound:
    """The inverse. Raises WireError for half a sample."""
    if len(payload) % 2:
        raise WireError(f"{len(payload)} bytes are no whole number of 16-bit samples")
    return np.frombuffer(payload, "<i2").astype(np.float32) / 32768.0
