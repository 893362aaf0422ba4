"""From sound to transcripts: recognition follows the caller while they speak, and is ready when the turn is over."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace

from asr.streaming import Followed, Following, Partial, agree
from asr.transcript import SAMPLE_RATE_HZ, Recogniser, Samples, Transcript
from asr.turn_end import SpeechPaused, SpeechResumed, TurnEnded, TurnOptions
from deploy.media.eager import EVERY_S, FIRST_S, SETTLING_S, EagerBudget
from deploy.media.ear import Ear
from deploy.media.transport import Sound


@dataclass(frozen=True, slots=True)
class Recognised:
    """What was heard, and how many milliseconds of work it took. `followed`: what a later pass may go on from."""

    transcript: Transcript
    work_ms: float
    followed: Followed | None = None


@dataclass(frozen=True, slots=True)
class HeardTurn:
    """A turn that is over. Times are the loop's clock; `recognition` may be done already."""

    began_at: float
    ended_at: float
    """Of the last speech, not of the silence after it."""
    voiced_ms: int
    recognition: asyncio.Future[Recognised]


@dataclass(frozen=True, slots=True)
class _Eager:
    start: int
    end: int
    recognition: asyncio.Future[Recognised]


@dataclass(frozen=True, slots=True)
class _Ahead:
    """What is known of the turn that began at `start`, up to the position `end`."""

    start: int
    end: int
    followed: Followed | None = None
    partial: Partial = field(default_factory=Partial)


class Hearing:
    """One call's ear with the recogniser behind it."""

    def __init__(
        self,
        rate_hz: int,
        options: TurnOptions,
        recogniser: Recogniser,
        threads: Executor | None,
        budget: EagerBudget | None = None,
        tell: Callable[[Partial], None] | None = None,
    ) -> None:
        """`budget`: for hearing ahead, with recognisers that can follow; `tell` is told of the words of turns under way."""
        self._ear = Ear(rate_hz, options)
        self._recogniser = recogniser
        self._threads = threads
        self._budget = budget or EagerBudget()
        self._tell = tell
        self._eager: _Eager | None = None
        self._ahead: _Ahead | None = None

    def hear_by(self, recogniser: Recogniser) -> None:
        """Let another recogniser hear from the next turn on."""
        self._recogniser = recogniser

    @property
    def speaking_ms(self) -> int:
        """How long the caller has been speaking; 0: quiet."""
        return self._ear.speaking_ms

    def hear(self, samples: Sound, is_echo: Callable[[], bool] | None) -> list[HeardTurn]:
        """The turns that these samples end, usually none; `is_echo` as in Ear.hear."""
        turns: list[HeardTurn] = []
        for event in self._ear.hear(samples, is_echo):
            match event:
                case SpeechPaused(start, end):
                    self._eager = _Eager(start, end, self._recognise(start, end))
                case SpeechResumed():
                    self._go_on()
                case TurnEnded():
                    turns.append(self._turn(event))
        if self._eager is None:
            self._hear_ahead()
        return turns

    def forget(self) -> None:
        """Drop a recognition that nobody waits for."""
        if self._eager is not None:
            self._eager.recognition.cancel()
        self._eager = None

    def _go_on(self) -> None:
        """The pause was none; what was heard before it is kept where it is there."""
        eager = self._eager
        self.forget()
        if eager is not None and eager.recognition.done() and not eager.recognition.cancelled():
            self._follow(eager.start, eager.end, eager.recognition.result())

    def _turn(self, ended: TurnEnded) -> HeardTurn:
        eager, self._eager = self._eager, None
        if eager is not None and (eager.start, eager.end) == (ended.start, ended.end):
            recognition = eager.recognition
        else:
            recognition = self._recognise(ended.start, ended.end)
        self._ahead = None
        now = asyncio.get_running_loop().time()
        return HeardTurn(now - self._ear.ago_s(ended.start), now - self._ear.ago_s(ended.end), ended.voiced_ms, recognition)

    def _recognise(self, start: int, end: int) -> asyncio.Future[Recognised]:
        recognition = self._pass(start, end)
        self._budget.wait(1)
        recognition.add_done_callback(lambda _: self._budget.wait(-1))
        return recognition

    def _hear_ahead(self) -> None:
        """Begin a pass over the turn under way, when there is enough new sound and room for it."""
        now = self._ear.under_way
        if now is None or not isinstance(self._recogniser, Following):
            return
        start, end = now
        ahead = self._ahead if self._ahead is not None and self._ahead.start == start else _Ahead(start, start)
        first_s = SETTLING_S if self._tell is None else FIRST_S
        wanted_s = first_s if ahead.end == start else EVERY_S
        if end - ahead.end < wanted_s * SAMPLE_RATE_HZ:
            return
        self._ahead = replace(ahead, end=end)  # one that is left out is not tried again at once
        if self._budget.begin(asyncio.get_running_loop().time()):
            self._pass(start, end).add_done_callback(lambda done: self._heard_ahead(start, end, done))

    def _heard_ahead(self, start: int, end: int, done: asyncio.Future[Recognised]) -> None:
        heard = None if done.cancelled() or done.exception() else done.result()
        self._budget.end(heard.work_ms / 1000.0 if heard else 0.0)
        if heard is not None:
            self._follow(start, end, heard)

    def _follow(self, start: int, end: int, heard: Recognised) -> None:
        """Take up what a pass heard, unless its turn is over by now."""
        ahead = self._ahead
        if self._ear.under_way is None or self._ear.under_way[0] != start:
            return
        if ahead is None or ahead.start != start:
            ahead = _Ahead(start, end)
        partial = agree(ahead.partial, heard.transcript.text)
        self._ahead = replace(ahead, end=max(end, ahead.end), followed=heard.followed, partial=partial)
        if self._tell is not None and partial != ahead.partial:
            self._tell(partial)

    def _pass(self, start: int, end: int) -> asyncio.Future[Recognised]:
        samples = self._ear.turn(start, end)
        before = self._ahead.followed if self._ahead is not None and self._ahead.start == start else None
        return asyncio.get_running_loop().run_in_executor(self._threads, timed, self._recogniser, samples, before)


def timed(recogniser: Recogniser, samples: Samples, before: Followed | None = None) -> Recognised:
    """Recognise, with a stop-watch; `before`: what was made of the beginning, where the recogniser can go on from it."""
    begun = time.perf_counter()
    if isinstance(recogniser, Following):
        followed = recogniser.follow(samples, before)
        return Recognised(followed.transcript, (time.perf_counter() - begun) * 1000.0, followed)
    transcript = recogniser.transcribe(samples)
    return Recognised(transcript, (time.perf_counter() - begun) * 1000.0)


def joined(first: Recognised, rest: Recognised) -> Recognised:
    """Two parts of one sentence as one; the dialect is that of the longer part, the confidence that of the weaker."""
    parts = (first.transcript, rest.transcript)
    longer = max(parts, key=lambda part: len(part.text))
    text, sure = parts[0].text + parts[1].text, min(part.confidence for part in parts)
    return Recognised(Transcript(text, longer.dialect, sure, dialects=longer.dialects), first.work_ms + rest.work_ms)
