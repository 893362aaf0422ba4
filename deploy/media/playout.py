"""What the caller is to hear, in time: frames each 20 ms, a few ahead, stopped at once when the caller breaks in."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field

import numpy as np

from deploy.media.recorder import NoRecorder, Recorder
from deploy.media.transport import FRAME_MS, LineClosedError, MediaTransport, Sound

FRAME_S = FRAME_MS / 1000
AHEAD_S = 0.1
"""Sound sent before it is due where we keep the time: covers a late wake-up, and is the floor of barge-in."""
AHEAD_FAR_S = 10.0
"""The same where the far end keeps the time and can be cleared."""


@dataclass(eq=False, slots=True)
class Utterance:
    """One reply on its way to the caller. Times are the loop's clock; None: not yet."""

    began_at: float | None = None
    ends_at: float | None = None
    dropped: bool = False
    """Nothing more of it will be said."""
    interrupted: bool = False
    """Some of it was not heard."""


@dataclass(slots=True)
class _Queue:
    waiting: deque[tuple[Utterance, Sound]] = field(default_factory=deque)
    sent: deque[tuple[float, Utterance, Sound]] = field(default_factory=deque)


class Playout:
    """Sends one line's sound; the recorder is told of every frame when it is heard."""

    def __init__(self, line: MediaTransport, recorder: Recorder | None = None) -> None:
        self._line = line
        self._recorder = recorder or NoRecorder()
        self._ahead_s = AHEAD_FAR_S if line.paces else AHEAD_S
        self._queue = _Queue()
        self._wake = asyncio.Event()
        self._latest = Utterance()
        self._held = False
        self._closed = False
        self._heard_until = 0.0

    @property
    def speaking(self) -> bool:
        """The caller hears the bot, or is about to."""
        return not self._held and (bool(self._queue.waiting) or self._now() < self._heard_until)

    @property
    def held(self) -> bool:
        return self._held

    @property
    def left_s(self) -> float:
        """Seconds that are still to be heard, held ones included."""
        return len(self._queue.waiting) * FRAME_S + max(0.0, self._heard_until - self._now())

    @property
    def heard_until(self) -> float:
        """When the caller has heard all that was sent; the loop's clock."""
        return self._heard_until

    def begin(self) -> Utterance:
        """A new reply; its sound follows piece by piece through `say`."""
        self._latest = Utterance()
        return self._latest

    def say(self, utterance: Utterance, sound: Sound) -> None:
        """Queue sound behind what is there. A dropped utterance is not queued, nor anything for a line that is closed."""
        if utterance.dropped or self._closed:
            return
        size = self._line.rate_hz * FRAME_MS // 1000
        padded = np.concatenate([sound, np.zeros(-len(sound) % size, np.float32)])
        self._queue.waiting.extend((utterance, frame) for frame in padded.reshape(-1, size))
        self._wake.set()

    async def hold(self) -> None:
        """Fall silent at once, and remember what was left to say."""
        if self._held:
            return
        self._held = True
        if self._line.paces:
            await self._take_back()

    def resume(self) -> None:
        """Go on where `hold` stopped."""
        self._held = False
        self._wake.set()

    async def drop(self) -> None:
        """Fall silent at once, and forget the rest, what is still being synthesised included."""
        if self.left_s:
            await self.hold()
        self._latest.dropped = True
        for utterance, _ in self._queue.waiting:
            utterance.dropped = utterance.interrupted = True
        self._queue.waiting.clear()
        self.resume()

    async def drained(self) -> None:
        """Return when the caller has heard everything."""
        while self.speaking or self._held:
            await asyncio.sleep(max(FRAME_S, self._heard_until - self._now()))

    async def run(self) -> None:
        """Send until cancelled or the line is closed."""
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                while self._queue.waiting and not self._held:
                    await self._send(*self._queue.waiting.popleft())
        except LineClosedError:  # receive() tells the call
            self._closed = True
            self._queue.waiting.clear()

    async def _send(self, utterance: Utterance, frame: Sound) -> None:
        begins = max(self._now(), self._heard_until)
        self._heard_until = begins + FRAME_S
        utterance.began_at = begins if utterance.began_at is None else utterance.began_at
        utterance.ends_at = self._heard_until
        self._recorder.bot(frame, begins)
        if self._line.paces:
            self._queue.sent.append((begins, utterance, frame))
            while self._queue.sent and self._queue.sent[0][0] + FRAME_S < self._now():
                self._queue.sent.popleft()
        await self._line.send(frame)
        early = self._heard_until - self._ahead_s - self._now()
        if early > 0:
            await asyncio.sleep(early)

    async def _take_back(self) -> None:
        now = self._now()
        await self._line.clear()
        unheard = [(utterance, frame) for begins, utterance, frame in self._queue.sent if begins >= now]
        self._queue.sent.clear()
        self._queue.waiting.extendleft(reversed(unheard))
        self._heard_until = now
        for utterance, _ in unheard:
            utterance.ends_at = now
        self._recorder.cut(now)

    def _now(self) -> float:
        return asyncio.get_running_loop().time()
