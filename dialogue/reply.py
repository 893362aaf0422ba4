"""What the bot answers in one turn."""

from __future__ import annotations

from dataclasses import dataclass

from dialogue.events import AdapterReplied, BotUttered


@dataclass(frozen=True, slots=True)
class StageTimes:
    """Milliseconds spent in each stage of a turn; recognise_ms is 0 for text."""

    recognise_ms: float = 0.0
    understand_ms: float = 0.0
    decide_ms: float = 0.0
    """State, policies, actions and templates."""
    store_ms: float = 0.0
    word_ms: float = 0.0
    """Waiting for a language model's words."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one utterance: messages in order, and what the channel must do after saying them."""

    messages: tuple[BotUttered, ...] = ()
    actions: tuple[str, ...] = ()
    hand_over: bool = False
    end: bool = False
    times: StageTimes = StageTimes()
    blocked: tuple[str, ...] = ()
    """What the guard stopped, by kind: nobody heard it."""
    wordings: tuple[AdapterReplied, ...] = ()
    """What a language model was asked to word, and what came of it."""

    @property
    def text(self) -> str:
        return "\n".join(message.text for message in self.messages if message.text)

    @property
    def speech(self) -> str:
        return "".join(message.speech for message in self.messages)
