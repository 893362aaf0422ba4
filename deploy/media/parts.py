"""What a call is made of, and the seams to the rest of the program."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

from asr.dialects import DEFAULT_DIALECT
from asr.streaming import Partial
from asr.transcript import Recogniser, Transcript
from deploy.media.eager import EagerBudget
from deploy.media.options import CallOptions
from deploy.media.records import TurnRecord
from deploy.media.speaker import Speaker
from dialogue.reply import Reply
from dialogue.state import DialogueState
from dialogue.wording.wording import Mouth


class Brain(Protocol):
    """deploy.bot.SalesBot, as a call sees it; called in threads."""

    def start(self, conversation: str, channel: str) -> Reply: ...

    def turn(
        self,
        conversation: str,
        heard: str | Transcript,
        channel: str,
        metadata: Mapping[str, Any] | None,
        mouth: Mouth | None = None,
    ) -> Reply: ...

    def silence(self, conversation: str, channel: str) -> Reply: ...

    def end(self, conversation: str, reason: str) -> None: ...

    def state(self, conversation: str) -> DialogueState: ...


class CallEvents(Protocol):
    """Is told of a call as it goes on: the browser's captions, the metrics, the demo."""

    def heard(self, transcript: Transcript, /) -> None: ...

    def answered(self, turn: TurnRecord, /) -> None: ...


@runtime_checkable
class PartialEvents(Protocol):
    """CallEvents that also want the words of a turn while it is spoken."""

    def hearing(self, partial: Partial, /) -> None: ...


@dataclass(frozen=True, slots=True)
class DialectParts:
    """What hears and speaks instead for callers of one dialect; None: as for all."""

    recogniser: Recogniser | None = None
    speaker: Speaker | None = None


@dataclass(frozen=True, slots=True)
class CallParts:
    """What all calls share."""

    brain: Brain
    recogniser: Recogniser
    speaker: Speaker
    options: CallOptions = field(default_factory=CallOptions)
    recognisers: Executor | None = None
    """Threads for recognition; None: the loop's own."""
    turns: Executor | None = None
    """Threads for turns, which may wait for a language model and must not keep others from speaking; None: the loop's own."""
    eager: EagerBudget = field(default_factory=EagerBudget)
    dialects: tuple[str, ...] = (DEFAULT_DIALECT,)
    """Those that callers are expected to speak."""
    by_dialect: Mapping[str, DialectParts] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CallName:
    """The conversation's id and the kind of line ("audiosocket", "ws_voice", "file")."""

    conversation: str
    line: str
