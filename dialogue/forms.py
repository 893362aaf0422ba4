"""Forms: slots asked for one after the other, until all are filled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from dialogue.actions.action import Action, ActionContext
from dialogue.domain import Domain, Form
from dialogue.events import ActionExecuted, ActionRejected, ActiveLoop, Event, SlotSet
from dialogue.read_back import ReadBack, checked
from dialogue.slot_file import REQUESTED_SLOT
from dialogue.state import DialogueState
from dialogue.track import track

DEACTIVATE = "action_deactivate_loop"


class Validator(Protocol):
    """validate_FORM on an action server: what it says of the slots just filled; None where it cannot be asked."""

    def __call__(self, context: ActionContext, just_now: tuple[Event, ...]) -> tuple[Event, ...] | None: ...


@dataclass(frozen=True, slots=True)
class FormAction:
    """Begins or goes on with a form: asks for the next empty slot, or ends when none is empty.

    The slots themselves were filled from the utterance before (dialogue.slots); a validator may take them back, fill others,
    say which is asked for next, or end the form. A validated form refuses to run where nothing was answered.
    """

    form: Form
    domain: Domain
    validator: Validator | None = None
    questions: Mapping[str, Action] = field(default_factory=dict)
    """Actions that may ask for a slot (action_ask_...)."""
    read_back: Mapping[str, ReadBack] = field(default_factory=dict)
    """Slots that say whether another one was heard right."""

    def run(self, context: ActionContext) -> tuple[Event, ...]:
        begins = context.state.active_loop != self.form.name
        opening: tuple[Event, ...] = (ActiveLoop(self.form.name),) if begins else ()
        state = after(context.state, opening)
        came_back = not begins and any(action.name != self.form.name for action in context.state.actions)
        filled = () if came_back else self._filled(state, begins)
        read_back = checked(self.form, self.read_back, state, context.channel)
        state = after(state, read_back)
        verdict = (*read_back, *self._checked(replace(context, state=state), filled))
        asked = state.value(REQUESTED_SLOT)
        if not (begins or came_back or filled or self.validator is None or asked is None or _fills(verdict)):
            return (ActionRejected(self.form.name, "forms"),)
        return (*opening, *verdict, *self._asks(replace(context, state=after(state, verdict)), verdict))

    def _filled(self, state: DialogueState, begins: bool) -> tuple[SlotSet, ...]:
        """What there is to check: all that is known when the form begins, later what the last utterance told."""
        wanted = dict.fromkeys((*self.form.required_slots, *(() if begins else (state.value(REQUESTED_SLOT),))))
        slots = {name: state.slots[name] for name in wanted if name in state.slots}
        return tuple(SlotSet(name, slot.value) for name, slot in slots.items() if begins or slot.turn == state.turn)

    def _checked(self, context: ActionContext, filled: tuple[SlotSet, ...]) -> tuple[Event, ...]:
        if self.validator is None:
            return ()
        asked = SlotSet(REQUESTED_SLOT, context.state.value(REQUESTED_SLOT))
        just_now: tuple[Event, ...] = (asked, ActionExecuted(self.form.name), *filled)
        return self.validator(context, just_now) or ()

    def _asks(self, context: ActionContext, checked: tuple[Event, ...]) -> tuple[Event, ...]:
        """The question for the next slot, or the end; the validator may have said which."""
        said = [event.value for event in checked if isinstance(event, SlotSet) and event.name == REQUESTED_SLOT]
        slot = said[-1] if said else next_slot(self.form, context.state)
        if slot is None or any(isinstance(event, ActiveLoop) and event.name is None for event in checked):
            return (SlotSet(REQUESTED_SLOT, None), ActiveLoop(None))
        wanted = SlotSet(REQUESTED_SLOT, slot)
        question = question_for(self.form, slot, self.domain)
        if question is None:
            return (wanted,)
        context = replace(context, state=after(context.state, (wanted,)))
        if question in self.questions:
            return (wanted, *self.questions[question].run(context))
        if context.responder.knows(question):
            return (wanted, context.responder.say(question, context.state, context.channel, {}))
        return (wanted,)


def after(state: DialogueState, events: Iterable[Event]) -> DialogueState:
    """The state when these events have happened."""
    for event in events:
        state = track(state, event)
    return state


def _fills(events: Iterable[Event]) -> bool:
    return any(
        isinstance(event, ActionRejected) or (isinstance(event, SlotSet) and event.name != REQUESTED_SLOT) for event in events
    )


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
