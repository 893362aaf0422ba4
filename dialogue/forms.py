"""Forms: slots asked for one after the other, until all are filled."""

from __future__ import annotations

from dataclasses import dataclass

from dialogue.actions.action import ActionContext
from dialogue.domain import Domain, Form
from dialogue.events import ActiveLoop, Event, SlotSet
from dialogue.slot_file import REQUESTED_SLOT
from dialogue.state import DialogueState

DEACTIVATE = "action_deactivate_loop"


@dataclass(frozen=True, slots=True)
class FormAction:
    """Begins or goes on with a form: asks for the next empty slot, or ends when none is empty.

    The slots themselves were filled from the utterance before (dialogue.slots).
    """

    form: Form
    domain: Domain

    def run(self, context: ActionContext) -> tuple[Event, ...]:
        events: list[Event] = []
        if context.state.active_loop != self.form.name:
            events.append(ActiveLoop(self.form.name))
        slot = next_slot(self.form, context.state)
        events.append(SlotSet(REQUESTED_SLOT, slot))
        if slot is None:
            events.append(ActiveLoop(None))
            return tuple(events)
        question = question_for(self.form, slot, self.domain)
        if question is not None and context.responder.knows(question):
            events.append(context.responder.say(question, context.state, context.channel, {}))
        return tuple(events)


@dataclass(frozen=True, slots=True)
class DeactivateLoop:
    """action_deactivate_loop: the running form is given up; what it has filled stays."""

    def run(self, context: ActionContext) -> tuple[Event, ...]:
        if context.state.active_loop is None:
            return ()
        return (ActiveLoop(None), SlotSet(REQUESTED_SLOT, None))


def next_slot(form: Form, state: DialogueState) -> str | None:
    """The first required slot without a value; None when the form is full."""
    return next((slot for slot in form.required_slots if state.value(slot) is None), None)


def question_for(form: Form, slot: str, domain: Domain) -> str | None:
    """The response or action that asks for a slot, in Rasa's order of names; None where the domain has none."""
    for name in question_names(form, slot):
        if name in domain.responses or name in domain.actions:
            return name
    return None


def question_names(form: Form, slot: str) -> tuple[str, ...]:
    """All names under which the question for a slot may stand, the most particular first."""
    return (
        f"action_ask_{form.name}_{slot}",
        f"utter_ask_{form.name}_{slot}",
        f"action_ask_{slot}",
        f"utter_ask_{slot}",
    )
