"""Intents that every bot of Rasa has: restart, back and the start of a session; they go before everything else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from dialogue.state import DialogueState
from policies.policy import Decision

NAME = "default intents"
ACTIONS = {"restart": "action_restart", "back": "action_back", "session_start": "action_session_start"}


@dataclass(frozen=True, slots=True)
class DefaultIntentPolicy:
    """The action of a default intent, straight after it was heard."""

    actions: Mapping[str, str] = field(default_factory=lambda: ACTIONS)

    def decide(self, state: DialogueState) -> Decision | None:
        intent = state.intent_name
        if intent is None or state.latest is None or state.actions or intent not in self.actions:
            return None
        return Decision(self.actions[intent], NAME, f"'{intent}' is an intent of every bot")
