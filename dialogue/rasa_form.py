"""A form of a bot of Rasa: its FormAction, to the letter. It refuses to run where what was said is no answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from dialogue.actions.action import Action, ActionContext
from dialogue.domain import Domain, Form
from dialogue.events import ActionExecuted, ActionRejected, ActiveLoop, Event, SlotSet
from dialogue.extraction import extracted
from dialogue.forms import Validator, after, next_slot, question_for
from dialogue.slot_file import REQUESTED_SLOT


@dataclass(frozen=True, slots=True)
class RasaForm:
    """Begins or goes on with a form; `questions` are actions that may ask for a slot (action_ask_...)."""

    form: Form
    domain: Domain
    validator: Validator | None = None
    questions: Mapping[str, Action] = field(default_factory=dict)

    def run(self, context: ActionContext) -> tuple[Event, ...]:
        begins = context.state.active_loop != self.form.name
        events = self._begun(context) if begins else ()
        if not _over(events):
            checked = () if any(isinstance(event, SlotSet) for event in events) else self._checked(context, begins)
            if checked is None:
                return (ActionRejected(self.form.name, "forms"),)
            events += checked
            if not any(isinstance(event, ActionRejected) for event in checked):
                events += self._asked(context, events)
        return (*events, ActiveLoop(None)) if _over(events) else events

    def _begun(self, context: ActionContext) -> tuple[Event, ...]:
        """The form's start: what the utterance tells now that the form runs, and all that is known, is checked."""
        opening = ActiveLoop(self.form.name)
        state = after(context.state, (opening,))
        found = () if state.latest is None else extracted(self.domain, state, state.latest)
        state = after(state, found)
        if self.validator is None:
            return (opening, *found)
        known = {name: state.value(name) for name in self.form.required_slots if state.value(name) is not None}
        checked = self._validated(replace(context, state=state), known)
        settled = {event.name for event in checked if isinstance(event, SlotSet)}
        return (opening, *checked, *(event for event in found if event.name not in settled))

    def _checked(self, context: ActionContext, begins: bool) -> tuple[Event, ...] | None:
        """What the last utterance told the form, checked; None where it told nothing that was asked for."""
        state = context.state
        needed = (begins and state.active_loop is None) or (len(state.actions) <= 1 and not state.interrupted)
        if not needed:
            return self._validated(context, {})
        requested = state.value(REQUESTED_SLOT)
        wanted = dict.fromkeys((*self.form.required_slots, *((requested,) if requested else ())))
        told = {name: state.value(name) for name in wanted if name in state.slots and state.slots[name].turn == state.turn}
        checked = self._validated(context, told)
        filled = any(isinstance(event, SlotSet) and event.name != REQUESTED_SLOT for event in checked)
        if requested and not told and not filled and not any(isinstance(event, ActionRejected) for event in checked):
            return None
        return checked

    def _validated(self, context: ActionContext, values: Mapping[str, object]) -> tuple[Event, ...]:
        candidates = tuple(SlotSet(name, value) for name, value in values.items())
        if self.validator is None:
            return ()  # the state has these values already
        asked = SlotSet(REQUESTED_SLOT, context.state.value(REQUESTED_SLOT))
        return self.validator(context, (asked, ActionExecuted(self.form.name), *candidates)) or ()

    def _asked(self, context: ActionContext, events: tuple[Event, ...]) -> tuple[Event, ...]:
        """The question for the next slot, the one that the check named or the first that is empty; none where all are filled."""
        if _over(events):
            return (SlotSet(REQUESTED_SLOT, None),)
        named = [event.value for event in events if isinstance(event, SlotSet) and event.name == REQUESTED_SLOT]
        state = after(context.state, events)
        slot = named[0] if named and named[0] else next_slot(self.form, state)
        wanted = () if named and named[0] else (SlotSet(REQUESTED_SLOT, slot),)
        if slot is None:
            return wanted
        return (*wanted, *self._question(replace(context, state=after(state, wanted)), slot))

    def _question(self, context: ActionContext, slot: str) -> tuple[Event, ...]:
        question = question_for(self.form, slot, self.domain)
        if question is None:
            return ()
        if question in self.questions:
            return self.questions[question].run(context)
        if not context.responder.knows(question):
            return ()
        return (context.responder.say(question, context.state, context.channel, {}),)


def _over(events: Iterable[Event]) -> bool:
    """Whether the last word on the slot asked for, or on the form, is that there is none."""
    last: dict[type[Event], object] = {}
    for event in events:
        if isinstance(event, ActionRejected):
            return False
        if isinstance(event, SlotSet) and event.name == REQUESTED_SLOT:
            last[SlotSet] = event.value
        elif isinstance(event, ActiveLoop):
            last[ActiveLoop] = event.name
    return None in last.values()
