"""All calls of one gateway: lets them in up to a limit, runs them, ends them in good order."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from asr.transcript import Recogniser
from deploy.media.options import CallOptions
from deploy.media.parts import CallEvents, CallName, CallParts
from deploy.media.recorder import Recorder, WavRecorder
from deploy.media.records import CallRecord
from deploy.media.session import CallSession
from deploy.media.speaker import Speaker
from deploy.media.transport import MediaTransport

log = logging.getLogger(__name__)

RECOGNISER_THREADS = 2
"""The edge box has two cores; more recognitions at once only make each other late."""


WARM_UP_S = 1.0
"""How often the warm-up looks whether it may go on."""


class BusyError(Exception):
    """As many calls as there may be."""


class CallCounter(Protocol):
    """deploy.metrics.Metrics, as the switchboard sees it."""

    def call_started(self) -> None: ...

    def call_ended(self, reason: str) -> None: ...


@dataclass(frozen=True, slots=True)
class SwitchboardOptions:
    """`recordings`: the folder for calls that are recorded."""

    max_calls: int = 20
    recordings: Path | None = None


class Switchboard:
    """Connects lines to the bot."""

    def __init__(
        self,
        parts: CallParts,
        options: SwitchboardOptions = SwitchboardOptions(),
        events: tuple[CallEvents, ...] = (),
        counter: CallCounter | None = None,
    ) -> None:
        self._threads = ThreadPoolExecutor(RECOGNISER_THREADS, "recognise")
        self._turns = ThreadPoolExecutor(max(1, options.max_calls), "turn")
        self._parts = replace(parts, recognisers=parts.recognisers or self._threads, turns=parts.turns or self._turns)
        self._speakers = [parts.speaker, *(own.speaker for own in parts.by_dialect.values() if own.speaker is not None)]
        self._options = options
        self._events = events
        self._counter = counter
        self._calls: dict[asyncio.Task[CallRecord], CallSession] = {}
        self._names: set[str] = set()
        self._closing = False
        self.ended: Callable[[CallRecord], object] = lambda _record: None
        """Is told of each call that is over."""

    @property
    def recognisers(self) -> tuple[Recogniser, ...]:
        """Everything that hears callers, the one for all of them first."""
        own = (parts.recogniser for parts in self._parts.by_dialect.values())
        return (self._parts.recogniser, *(one for one in own if one is not None))

    @property
    def active(self) -> int:
        """Calls under way."""
        return len(self._calls)

    @property
    def full(self) -> bool:
        """No further call is taken."""
        return self._closing or len(self._calls) >= self._options.max_calls

    def renew(self, options: CallOptions, speaker: Speaker | None = None) -> None:
        """Hold the calls that come from now on by these options, and with this voice; those under way keep theirs."""
        self._parts = replace(self._parts, options=options, speaker=speaker or self._parts.speaker)
        if speaker is not None:
            self._speakers.append(speaker)

    async def connect(self, name: CallName, line: MediaTransport, events: tuple[CallEvents, ...] = ()) -> CallRecord:
        """Hold one call to its end. Raises BusyError, and leaves the line open, when there are too many, or one of this name."""
        if self.full or name.conversation in self._names:
            raise BusyError
        session = CallSession(name, line, self._parts, (*self._events, *events), self._recorder(name, line))
        task = asyncio.create_task(session.run())
        self._calls[task] = session
        self._names.add(name.conversation)
        if self._counter:
            self._counter.call_started()
        ended = "error"
        try:
            record = await task
            ended = record.ended
            self.ended(record)
        finally:
            del self._calls[task]
            self._names.discard(name.conversation)
            if self._counter:
                self._counter.call_ended(ended)
        return record

    async def close(self, drain_s: float) -> None:
        """Take no more calls, let those under way end by themselves for `drain_s`, then hang up."""
        self._closing = True
        calls = dict(self._calls)
        if calls:
            await asyncio.wait(calls, timeout=drain_s)
        for task, session in calls.items():
            if not task.done():
                session.hang_up("shutdown")
        if calls:
            await asyncio.wait(calls, timeout=2.0)
        for threads in (self._threads, self._turns):
            threads.shutdown(wait=False, cancel_futures=True)
        for speaker in self._speakers:
            speaker.close()

    async def warm_up(self, sentences: tuple[str, ...], *rates_hz: int) -> None:
        """Speak the fixed sentences once, so that no caller waits for them. Waits while there are calls."""
        for sentence in sentences:
            while self._calls:
                await asyncio.sleep(WARM_UP_S)
            try:
                await asyncio.to_thread(self._parts.speaker.speak, sentence, *rates_hz)
            except ValueError as fault:
                if not self._closing:
                    log.error("no voice: %s", fault)
                return

    def _recorder(self, name: CallName, line: MediaTransport) -> Recorder | None:
        if self._options.recordings is None:
            return None
        path = self._options.recordings / f"{name.conversation}.wav"
        return WavRecorder(path, line.rate_hz, asyncio.get_running_loop().time())
