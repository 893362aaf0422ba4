"""A telephone that dials an AudioSocket: the caller's side of the wire, for the demo, the benchmarks and tests."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections import deque

import numpy as np

from deploy.gateway.audiosocket import AUDIO_HZ, HANG_UP, UUID, encode, read_message
from deploy.media.transport import FRAME_MS, LineClosedError, Sound, WireError, from_s16, to_s16

FRAME_S = FRAME_MS / 1000
LOUD = 0.003
"""Peak of a frame that holds sound (-50 dBFS): the bot's pauses are zeros, telephone noise lies lower."""
KIND = 0x10


class Phone:
    """One call, off the hook. Sends a frame each 20 ms, silence where nothing is to be said; hears what comes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.rate_hz = AUDIO_HZ[KIND]
        self.ended = asyncio.Event()
        """The other side hung up."""
        self.heard: list[tuple[float, Sound]] = []
        """Each frame that came, and when (the loop's clock)."""
        self._reader = reader
        self._writer = writer
        self._size = self.rate_hz * FRAME_MS // 1000
        self._waiting: deque[Sound] = deque()
        self._said = asyncio.Event()
        self._last_said_at = 0.0
        self._plays_until = 0.0
        self._tasks = [asyncio.create_task(self._send()), asyncio.create_task(self._receive())]

    @classmethod
    async def dial(cls, host: str, port: int, conversation: uuid.UUID) -> Phone:
        """Connect and name the call. Raises OSError when nobody listens there."""
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(encode(UUID, conversation.bytes))
        return cls(reader, writer)

    async def say(self, sound: Sound) -> float:
        """Speak, in time; returns when the last frame was spoken (the loop's clock). A stall of this process sends it later."""
        frames = np.concatenate([sound, np.zeros(-len(sound) % self._size, np.float32)]).reshape(-1, self._size)
        self._said.clear()
        self._waiting.extend(frames)
        await self._said.wait()
        return self._last_said_at

    async def reply_since(self, asked_at: float, within_s: float) -> float | None:
        """When the first frame with sound in it came after `asked_at`; None: none did, or the call ended first."""
        deadline = self._now() + within_s
        while self._now() < deadline:
            found = [at for at, frame in self.heard if at > asked_at and np.abs(frame).max() > LOUD]
            if found:
                return found[0]
            if self.ended.is_set():
                return None
            await asyncio.sleep(FRAME_S)
        return None

    def hears_bot(self, since: float, until: float) -> bool:
        """Whether sound came in this time (the loop's clock)."""
        return any(since <= at < until and np.abs(frame).max() > LOUD for at, frame in self.heard)

    async def quiet(self, for_s: float, within_s: float) -> None:
        """Wait until the bot has not been heard for `for_s`, or the call is over."""
        deadline = self._now() + within_s
        seen = 0
        while self._now() < deadline and not self.ended.is_set() and seen < 3:
            loud = [at for at, frame in self.heard[-200:] if np.abs(frame).max() > LOUD]
            still = bool(loud) and self._now() - loud[-1] >= for_s
            seen = seen + 1 if still else 0  # seen thrice: after a stall of this process the frames are still in the pipe
            await asyncio.sleep(FRAME_S)

    async def hang_up(self) -> None:
        """Put it down; harmless when the other side did so before."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if not self._writer.is_closing():
            self._writer.write(encode(HANG_UP, b""))
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

    async def _send(self) -> None:
        silence = np.zeros(self._size, np.float32)
        due = self._now()
        while not self.ended.is_set():
            frame = self._waiting.popleft() if self._waiting else silence
            self._writer.write(encode(KIND, to_s16(frame)))
            if frame is not silence:
                self._last_said_at = due
            if not self._waiting:
                self._said.set()
            due += FRAME_S
            await asyncio.sleep(max(0.0, due - self._now()))
        self._said.set()

    async def _receive(self) -> None:
        try:
            while (message := await read_message(self._reader)).kind != HANG_UP:
                if message.kind == KIND:  # frames that come in a burst are heard one after another, as a jitter buffer plays them
                    at = max(self._now(), self._plays_until)
                    self._plays_until = at + FRAME_S
                    self.heard.append((at, from_s16(message.payload)))
        except (LineClosedError, WireError):
            return
        finally:
            self.ended.set()
            self._said.set()

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()
