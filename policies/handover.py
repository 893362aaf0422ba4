"""A person takes over: when asked for, when an offer is accepted; after that the bot stays out of it."""

from __future__ import annotations

from dataclasses import dataclass

from dialogue.domain import Domain
from dialogue.state import ACTION_LISTEN, DialogueState
from policies.policy import Decision
from policies.trail import UNSEEN, earlier_turns, is_silence

NAME = "hand_over"
HAND_OVER = "action_hand_over"
OFFER_PERSON = "action_offer_person"
ON_THE_WAY = "utter_person_on_the_way"
"""Said, where the domain has it, to what the customer says after the hand-over."""


@dataclass(frozen=True, slots=True)
class HandOverPolicy:
    """Hands over on `human_intent`, and on `accept_intent` straight after an offer.

    `asked_for_by_rule`: the operator wrote a rule for the human intent, so the rules answer it.
    """

    domain: Domain
    human_intent: str
    accept_intent: str
    asked_for_by_rule: bool = False

    def decide(self, state: DialogueState) -> Decision | None:
        if state.handed_over and not state.actions:
            return self._stay_out(state)
        intent = state.focus.intent if state.focus is not None else None
        if intent is None or state.actions:
            return None
        if intent == self.human_intent and not self.asked_for_by_rule:
            return Decision(HAND_OVER, NAME, "the customer asks for a person")
        if intent == self.accept_intent and offered(state):
            return Decision(HAND_OVER, NAME, "the customer accepts the offer of a person")
        return None

    def _stay_out(self, state: DialogueState) -> Decision:
        said_before = bool(state.turn_actions) or state.latest is None or is_silence(state.latest)
        if ON_THE_WAY in self.domain.responses and not said_before:
            return Decision(ON_THE_WAY, NAME, "a person has taken over")
        return Decision(ACTION_LISTEN, NAME, "a person has taken over")


def offered(state: DialogueState) -> bool:
    """Whether the last thing the bot did before this utterance was to offer a person; silences don't count."""
    before = next((turn for turn in earlier_turns(state) if not is_silence(turn.said)), None)
    if before is None:
        return False
    done = [action.name for action in before.actions if action.name not in UNSEEN]
    return bool(done) and done[-1] == OFFER_PERSON
