"""A plain yes to a question that the bot asked: what was offered is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dialogue.events import BotUttered, UserUttered
from dialogue.state import DialogueState
from policies.policy import Decision
from policies.trail import is_silence

NAME = "offers"


@dataclass(frozen=True, slots=True)
class OfferPolicy:
    """Follows bot.yml's `offers` (response: action) when the need in focus is the yes and the response was said last."""

    offers: Mapping[str, str]
    accept_intent: str

    def decide(self, state: DialogueState) -> Decision | None:
        if state.actions or state.focus is None or state.focus.intent != self.accept_intent:
            return None
        asked = last_response(state)
        action = self.offers.get(asked or "")
        return None if action is None else Decision(action, NAME, f"the customer says yes to {asked}")


def last_response(state: DialogueState) -> str | None:
    """The response that the bot said last before the current utterance; what it said to silences does not count."""
    said: str | None = None
    heard = 0
    for event in reversed(state.history):
        if isinstance(event, UserUttered):
            heard += 1
            if heard > 1 and not is_silence(event):
                return said
            said = None
        elif isinstance(event, BotUttered) and heard and said is None:
            said = event.response
    return said
