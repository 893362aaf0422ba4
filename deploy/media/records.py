"""What is kept of a call: one record a turn, for the command line, the report, the metrics and the benchmarks."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from dialogue.events import AdapterReplied
from dialogue.state import ACTION_LISTEN, SlotValue


@dataclass(frozen=True, slots=True)
class TurnTimes:
    """Milliseconds. All but one are work; `first_audio_ms` is what the caller waited.

    It runs from the last sample of speech to the first packet of the answer, less the silence that ends a turn.
    """

    recognise_ms: float = 0.0
    understand_ms: float = 0.0
    decide_ms: float = 0.0
    store_ms: float = 0.0
    speak_ms: float = 0.0
    """Synthesis of the first sentence; next to nothing when it was spoken before."""
    first_audio_ms: float | None = None
    word_ms: float = 0.0
    """Waiting for a language model's words; the first of them are heard before all are there."""

    @property
    def work_ms(self) -> float:
        return self.recognise_ms + self.understand_ms + self.decide_ms + self.word_ms + self.store_ms + self.speak_ms


@dataclass(frozen=True, slots=True)
class TurnRecord:
    """One turn. `heard` is empty where the caller was silent; the spans are seconds since the call began."""

    heard: str
    dialect: str
    confidence: float
    needs: tuple[str, ...]
    slots: Mapping[str, SlotValue]
    actions: tuple[str, ...]
    reply: str
    spoken: tuple[float, float] | None
    """When the caller spoke; None: a silence."""
    answered: tuple[float, float] | None = None
    """When the bot was heard; None: it said nothing, or was not heard any more."""
    interrupted: bool = False
    times: TurnTimes = TurnTimes()
    wordings: tuple[AdapterReplied, ...] = ()
    """What a language model was asked to word, and what came of it."""
    blocked: tuple[str, ...] = ()
    """What the guard stopped, by kind."""

    @property
    def action(self) -> str:
        """What the bot did, joined by '+' where it did several things."""
        return "+".join(name for name in self.actions if name != ACTION_LISTEN) or ACTION_LISTEN

    def json(self) -> dict[str, Any]:
        """The form of `xiangyin call --json`."""
        times = self.times
        stages = {
            "recognise": times.recognise_ms,
            "understand": times.understand_ms,
            "decide": times.decide_ms,
            "word": times.word_ms,
            "store": times.store_ms,
            "speak": times.speak_ms,
            "first_audio": times.first_audio_ms,
        }
        return {
            "heard": self.heard,
            "dialect": self.dialect,
            "confidence": round(self.confidence, 3),
            "needs": list(self.needs),
            "slots": {name: _slot(value) for name, value in self.slots.items() if value.value is not None},
            "action": self.action,
            "reply": self.reply,
            "wordings": [dataclasses.asdict(wording) for wording in self.wordings],
            "ms": round(times.work_ms, 1),
            "stages": {name: None if ms is None else round(ms, 1) for name, ms in stages.items()},
        }


@dataclass(frozen=True, slots=True)
class CallRecord:
    """One call. `ended`: hang_up, goodbye, silence, hand_over, dropped, busy, shutdown or error."""

    conversation: str
    line: str
    ended: str
    duration_s: float
    greeting: str = ""
    greeted: tuple[float, float] | None = None
    turns: tuple[TurnRecord, ...] = field(default_factory=tuple)

    def json(self) -> dict[str, Any]:
        return {
            "conversation": self.conversation,
            "greeting": self.greeting,
            "turns": [turn.json() for turn in self.turns],
            "ended": self.ended,
            "duration_s": round(self.duration_s, 2),
        }


def answered(record: TurnRecord, span: tuple[float, float] | None, interrupted: bool) -> TurnRecord:
    """The record with when its answer was heard; known only after the answer was."""
    return replace(record, answered=span, interrupted=interrupted)


def _slot(slot: SlotValue) -> dict[str, Any]:
    return {"value": slot.value, "turn": slot.turn, "words": slot.words, "source": slot.source}
