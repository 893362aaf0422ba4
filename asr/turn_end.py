"""When a caller's turn begins, pauses and ends: a pure state machine over the probabilities of asr.vad.

Two thresholds keep it from flickering (a window counts as speech at `threshold`, and goes on counting down to `release`).
Positions are samples at 16 kHz since the call began.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from asr.transcript import SAMPLE_RATE_HZ, Samples
from asr.vad import WINDOW, WINDOW_MS, VoiceActivity

CLICK_MS = 150
"""Silence after which a sound too short for speech is forgotten."""
_SHORT = SAMPLE_RATE_HZ  # one second
_CLEAR = 0.3  # of full scale: faint lines are made so loud before they are judged


@dataclass(frozen=True, slots=True)
class TurnOptions:
    """When speech counts. `end_silence_ms` ends a turn; `eager_silence_ms` is when recognition may already start."""

    threshold: float = 0.5  # Silero's own default
    release: float = 0.35  # Silero's default, threshold - 0.15
    min_speech_ms: int = 90  # a short 嗯 has three windows of voice; a click has one or two
    end_silence_ms: int = 500
    eager_silence_ms: int = 96  # three windows; recognising a pause in vain costs some 15 ms for each second heard
    max_turn_ms: int = 20_000

    def __post_init__(self) -> None:
        if not 0.0 < self.release <= self.threshold < 1.0:
            raise ValueError(f"threshold and release must be 0 < release <= threshold < 1, got {self}")
        if not 0 < self.eager_silence_ms <= self.end_silence_ms:
            raise ValueError(f"end_silence_ms must be {self.eager_silence_ms} ms or more, got {self.end_silence_ms}")


@dataclass(frozen=True, slots=True)
class SpeechStarted:
    """Someone speaks, since the sample `start`."""

    start: int


@dataclass(frozen=True, slots=True)
class SpeechPaused:
    """Quiet for `eager_silence_ms`: the turn is [start, end) if nothing more comes."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SpeechResumed:
    """The pause was only a pause."""


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """The turn is [start, end); `voiced_ms` of it were speech. `cut`: it was as long as a turn may be."""

    start: int
    end: int
    voiced_ms: int
    cut: bool = False


_BRIEF = TurnOptions(release=0.5)
_LONG = TurnOptions(release=0.5, min_speech_ms=160)
"""In a longer stretch, keys and music hold up to four windows that are like a voice."""
TurnEvent = SpeechStarted | SpeechPaused | SpeechResumed | TurnEnded


@dataclass(frozen=True, slots=True)
class TurnState:
    """What is known after `windows` windows. `began` and `last` are windows: of the first voice, and after the latest."""

    windows: int = 0
    began: int | None = None
    last: int = 0
    voiced: int = 0
    started: bool = False
    paused: bool = False

    @property
    def voiced_ms(self) -> int:
        """Speech in the turn so far; 0 between turns."""
        return self.voiced * WINDOW_MS if self.started else 0


def step(state: TurnState, probability: float, options: TurnOptions) -> tuple[TurnState, tuple[TurnEvent, ...]]:
    """One window further: the new state, and what happened in it."""
    window = state.windows
    state = replace(state, windows=window + 1)
    talking = state.began is not None and state.last == window
    voice = probability >= (options.release if talking else options.threshold)
    if state.began is None:
        if not voice:
            return state, ()
        state = replace(state, began=window)
    resumed: tuple[TurnEvent, ...] = ()
    if voice:
        resumed = (SpeechResumed(),) if state.paused else ()
        state = replace(state, voiced=state.voiced + 1, last=window + 1, paused=False)
    state, events = _judge(state, options)
    return state, resumed + events


def _judge(state: TurnState, options: TurnOptions) -> tuple[TurnState, tuple[TurnEvent, ...]]:
    began = state.began or 0
    quiet_ms = (state.windows - state.last) * WINDOW_MS
    start, end = began * WINDOW, state.last * WINDOW
    between = TurnState(windows=state.windows)
    if not state.started:
        if state.voiced * WINDOW_MS >= options.min_speech_ms:
            return replace(state, started=True), (SpeechStarted(start),)
        return (between, ()) if quiet_ms >= CLICK_MS else (state, ())
    if quiet_ms >= options.end_silence_ms:
        return between, (TurnEnded(start, end, state.voiced_ms),)
    if (state.windows - began) * WINDOW_MS >= options.max_turn_ms:
        return between, (TurnEnded(start, state.windows * WINDOW, state.voiced_ms, cut=True),)
    if quiet_ms >= options.eager_silence_ms and not state.paused:
        return replace(state, paused=True), (SpeechPaused(start, end),)
    return state, ()


def has_voice(samples: Samples) -> bool:
    """Whether anybody speaks in a stretch of sound (16 kHz), by the rules that begin a turn; about 5 ms of work a second."""
    options = _LONG if len(samples) > _SHORT else _BRIEF
    loudest = float(np.abs(samples).max()) if len(samples) else 0.0
    if loudest == 0.0:
        return False
    state = TurnState()
    for probability in VoiceActivity().hear((samples * max(1.0, _CLEAR / loudest)).astype(np.float32)):
        state, events = step(state, probability, options)
        if any(isinstance(event, SpeechStarted) for event in events):
            return True
    return False
