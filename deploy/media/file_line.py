"""A caller who is a sound file: says a stretch, waits for the answer, goes on where it stopped. For virtual time."""

from __future__ import annotations

import asyncio

import numpy as np

from deploy.media.transport import FRAME_MS, Heard, LineClosedError, Sound

FRAME_S = FRAME_MS / 1000
WAIT_S = 1.5
"""Silence after the last word before this caller hangs up; longer than any silence that ends a turn."""
REPLY_S = 0.4
"""What a polite caller lets pass after the bot's last word."""
PROMPT_S = 3.0
"""An answer comes sooner; later the bot asks into a silence."""
PATIENCE_S = 60.0
"""A caller who said nothing that was heard stays so long, to be asked whether anyone is there."""


class FileLine:
    """Plays `sound` in frames of 20 ms; while the bot speaks it is silent instead, and the sound waits."""

    paces = False

    def __init__(self, sound: Sound, rate_hz: int) -> None:
        self.rate_hz = rate_hz
        self._size = rate_hz * FRAME_MS // 1000
        self._sound = np.concatenate([sound, np.zeros(-len(sound) % self._size, np.float32)])
        self._position = 0
        self._next_at = 0.0
        self._bot_until = 0.0
        self._ended_at = 0.0
        self._replies = 0
        self._closed = False

    async def receive(self) -> Heard:
        now = asyncio.get_running_loop().time()
        self._next_at = max(self._next_at, now) + FRAME_S
        await asyncio.sleep(self._next_at - now)
        if self._closed or self._has_waited():
            raise LineClosedError
        if self._next_at < self._bot_until + REPLY_S or self._position >= len(self._sound):
            return Heard(np.zeros(self._size, np.float32))
        frame = self._sound[self._position : self._position + self._size]
        self._position += self._size
        self._ended_at = self._next_at
        return Heard(frame)

    async def send(self, samples: Sound) -> None:
        if self._closed:
            raise LineClosedError
        now = asyncio.get_running_loop().time()
        if now > self._bot_until and self._position and now - self._ended_at < PROMPT_S:
            self._replies += 1
        self._bot_until = max(now, self._bot_until) + len(samples) / self.rate_hz

    async def clear(self) -> None:
        return

    async def close(self) -> None:
        self._closed = True

    def _has_waited(self) -> bool:
        if self._position < len(self._sound):
            return False
        waited_s = self._next_at - max(self._ended_at, self._bot_until)
        return waited_s >= (WAIT_S if self._replies else PATIENCE_S)
