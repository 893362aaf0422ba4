"""The running form: takes answers, lets other questions interrupt, and asks again after them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from dialogue.actions.two_stage_fallback import NAME as TWO_STAGE_FALLBACK
from dialogue.domain import Domain, Form
from dialogue.pattern import Pattern
from dialogue.script import LoopStep
from dialogue.slot_file import REQUESTED_SLOT
from dialogue.state import ACTION_LISTEN, DialogueState
from policies.handover import OFFER_PERSON
from policies.policy import Decision, Policy
from policies.rules import RulePolicy
from policies.stories import NAME as STORIES

NAME = "forms"


@dataclass(frozen=True, slots=True)
class FormPolicy:
    """Decides while a form runs. An answer to its question goes to the form; anything else is first answered by rules and
    stories, and then the form asks again. A rule written for the running form goes before the form itself.
    """

    domain: Domain
    rules: RulePolicy
    others: Sequence[Policy]
    """Who answers what interrupts the form, in order: offers accepted, the rules, the stories."""

    def decide(self, state: DialogueState) -> Decision | None:
        if state.latest is None or state.handed_over or state.ended:
            return None
        if any(action.name in self.domain.forms for action in state.turn_actions):
            return self._after_form(state)
        if state.active_loop == TWO_STAGE_FALLBACK and not state.actions:
            return Decision(TWO_STAGE_FALLBACK, NAME, "the bot has asked what was meant")
        form = self.domain.forms.get(state.active_loop or "")
        if form is None:
            return self._beginning(state)
        if state.rejected == form.name:
            return self._interrupted(state, form)
        if f"validate_{form.name}" in self.domain.actions and not state.actions:
            return self._take(state, form)
        written = self.rules.match(state)
        if written is not None and _written_for(written.pattern, form):
            if written.action != ACTION_LISTEN:
                return None
        elif serves(state, form) and not state.actions:
            return self._take(state, form)
        return self._interrupted(state, form)

    def _beginning(self, state: DialogueState) -> Decision | None:
        """A form that one of several needs starts begins when all are answered, so that its question stands last."""
        if state.need is None:
            return None
        written = first(self.others, state)
        wanted = ACTION_LISTEN if written is None else written.action
        if not is_last_need(state):
            return self._later(wanted) if wanted in self.domain.forms else None
        if wanted != ACTION_LISTEN:
            return None
        waiting = self._waiting(state)
        return None if waiting is None else Decision(waiting, NAME, f"{waiting} begins now that all is answered")

    def _waiting(self, state: DialogueState) -> str | None:
        """The form that an earlier need of this sentence wanted to start."""
        for index in range(state.need or 0):
            done = tuple(action for action in state.turn_actions if action.need == index)
            written = first(self.others, replace(state, need=index, actions=done))
            if written is not None and written.action in self.domain.forms:
                return written.action
        return None

    def _later(self, form: str) -> Decision:
        return Decision(ACTION_LISTEN, NAME, f"{form} waits until the whole sentence is answered")

    def _after_form(self, state: DialogueState) -> Decision | None:
        """A form has run in this turn: it is not run again, whichever need asks for it."""
        done = [action.name for action in state.turn_actions]
        written = first(self.others, state)
        if written is not None and written.action in self.domain.forms and written.action in done:
            return Decision(ACTION_LISTEN, NAME, f"{written.action} has run for this utterance")
        return None

    def _take(self, state: DialogueState, form: Form) -> Decision:
        if not is_last_need(state):
            return self._later(form.name)
        return Decision(form.name, NAME, f"{form.name} takes the answer")

    def _interrupted(self, state: DialogueState, form: Form) -> Decision | None:
        written = first(self.others, state)
        if written is not None and (written.action != ACTION_LISTEN or _waits(written, state)):
            return written
        if not is_last_need(state):
            return self._later(form.name)
        if written is None and not state.turn_actions and not fresh(state, form):
            return None  # neither an answer nor a question that anything is written for: that is for the fallback
        if state.turn_actions and state.turn_actions[-1].name == OFFER_PERSON:
            return None  # one question at a time
        return Decision(form.name, NAME, f"{form.name} asks again")


def first(policies: Sequence[Policy], state: DialogueState) -> Decision | None:
    """The decision of the first policy that has one."""
    return next((found for policy in policies if (found := policy.decide(state)) is not None), None)


def is_last_need(state: DialogueState) -> bool:
    """Whether nothing else of this utterance is left to answer after this."""
    return state.need is None or state.need == len(state.needs) - 1


def serves(state: DialogueState, form: Form) -> bool:
    """Whether this utterance, or the need of it in focus, answers what the form has asked for."""
    focus = state.focus
    if focus is not None and focus.intent in form.ignored_intents:
        return False
    requested = state.value(REQUESTED_SLOT)
    filled = fresh(state, form)
    if requested is not None and requested not in filled:
        return False
    if state.need is None:
        return bool(filled)
    words = {entity.text for entity in state.needs[state.need].entities}
    return any(state.slots[slot].words in words for slot in filled)


def fresh(state: DialogueState, form: Form) -> Mapping[str, object]:
    """The form's slots that this utterance filled."""
    return {
        slot: state.slots[slot].value
        for slot in form.required_slots
        if slot in state.slots and state.slots[slot].turn == state.turn and state.slots[slot].source == "said"
    }


def _waits(written: Decision, state: DialogueState) -> bool:
    """Whether a story shows that the bot waits here instead of asking the form's question again; a rule never says so."""
    return written.policy == STORIES and (state.rejected is not None or bool(state.actions))


def _written_for(pattern: Pattern, form: Form) -> bool:
    """Whether a rule holds only while this form runs."""
    return any(isinstance(check, LoopStep) and check.name == form.name for check in pattern.condition)
