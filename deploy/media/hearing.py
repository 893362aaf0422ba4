"""From sound to transcripts: recognition starts while the caller pauses, and is ready when the turn is over."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass

from asr.transcript import Recogniser, Samples, Transcript
from asr.turn_end import SpeechPaused, SpeechResumed, TurnEnded, TurnOptions
from deploy.media.ear import Ear
from deploy.media.transport import Sound


@dataclass(frozen=True, slots=True)
class Recognised:
    """What was heard, and how many milliseconds of work it took."""

    transcript: Transcript
    work_ms: float


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


class Hearing:
    """One call's ear with the recogniser behind it."""

    def __init__(self, rate_hz: int, options: TurnOptions, recogniser: Recogniser, threads: Executor | None) -> None:
        self._ear = Ear(rate_hz, options)
        self._recogniser = recogniser
        self._threads = threads
        self._eager: _Eager | None = None

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
                    self.forget()
                case TurnEnded():
                    turns.append(self._turn(event))
        return turns

    def forget(self) -> None:
        """Drop a recognition that nobody waits for."""
        if self._eager is not None:
            self._eager.recognition.cancel()
        self._eager = None

    def _turn(self, ended: TurnEnded) -> HeardTurn:
        eager, self._eager = self._eager, None
        if eager is not None and (eager.start, eager.end) == (ended.start, ended.end):
            recognition = eager.recognition
        else:
            recognition = self._recognise(ended.start, ended.end)
        now = asyncio.get_running_loop().time()
        return HeardTurn(now - self._ear.ago_s(ended.start), now - self._ear.ago_s(ended.end), ended.voiced_ms, recognition)

    def _recognise(self, start: int, end: int) -> asyncio.Future[Recognised]:
        samples = self._ear.turn(start, end)
        return asyncio.get_running_loop().run_in_executor(self._threads, timed, self._recogniser, samples)


def timed(recogniser: Recogniser, samples: Samples) -> Recognised:
    """Recognise, with a stop-watch."""
    begun = time.perf_counter()
    transcript = recogniser.transcribe(samples)
    return Recognised(transcript, (time.perf_counter() - begun) * 1000.0)


def joined(first: Recognised, rest: Recognised) -> Recognised:
    """Two parts of one sentence as one; the dialect is that of the longer part, the confidence that of the weaker."""
    parts = (first.transcript, rest.transcript)
    longer = max(parts, key=lambda part: len(part.text))
    return Recognised(
        Transcript(parts[0].text + parts[1].text, longer.dialect, min(part.confidence for part in parts)),
        first.work_ms + rest.work_ms,
    )
