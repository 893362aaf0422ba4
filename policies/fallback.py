"""When the bot does not know what to do: ask again once, then offer a person and hand over."""

from __future__ import annotations

from dataclasses import dataclass

from dialogue.actions.built_in import FALLBACK
from dialogue.domain import Domain
from dialogue.state import ACTION_LISTEN, DialogueState
from policies.handover import HAND_OVER, OFFER_PERSON
from policies.policy import Decision
from policies.trail import UNSEEN, Turn, earlier_turns, is_silence

NAME = FALLBACK
CORE = "core fallback"
"""The name of Rasa's own, whose action says itself whether the utterance counts for nothing."""


@dataclass(frozen=True, slots=True)
class FallbackPolicy:
    """Two stages. A running form asks its question again instead of the general one."""

    domain: Domain
    ask_again: str

    def decide(self, state: DialogueState) -> Decision | None:
        if state.latest is None:
            return None
        if state.actions:
            return self._go_on(state)
        if any(action.policy == NAME for action in state.turn_actions):
            return Decision(ACTION_LISTEN, NAME, "asked already for another part of this sentence")
        why = self._why(state)
        if missed_before(state):
            return Decision(OFFER_PERSON, NAME, f"{why}, for the second time in a row")
        if state.active_loop in self.domain.forms:
            return Decision(state.active_loop or "", NAME, f"{why}; {state.active_loop} asks again")
        return Decision(self.ask_again, NAME, why)

    def _go_on(self, state: DialogueState) -> Decision | None:
        last = state.actions[-1]
        if (last.name, last.policy) == (OFFER_PERSON, NAME):
            return Decision(HAND_OVER, NAME, "not understood twice in a row")
        return None

    def _why(self, state: DialogueState) -> str:
        if not state.needs:
            return "not understood"
        return f"no rule or story covers '{state.intent_name}' here"


@dataclass(frozen=True, slots=True)
class PlainFallback:
    """One stage, as RulePolicy has it in Rasa: the fallback action wherever nothing else is to be done, but not twice on end."""

    action: str
    confidence: float

    def decide(self, state: DialogueState) -> Decision | None:
        if state.actions and state.actions[-1].policy == CORE:
            return None
        said = state.intent_name or "nothing understood"
        return Decision(self.action, CORE, f"no rule or story covers '{said}' here", self.confidence)


def missed_before(state: DialogueState) -> bool:
    """Whether the utterance before this one was not answered either; silences between them don't count."""
    before = next((turn for turn in earlier_turns(state) if not is_silence(turn.said)), None)
    return before is not None and _missed(before)


def _missed(turn: Turn) -> bool:
    chosen = [action.policy for action in turn.actions if action.name not in UNSEEN and action.policy != "session"]
    return NAME in chosen and set(chosen) == {NAME}
