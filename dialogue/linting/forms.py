"""Forms that cannot end."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from dialogue.domain import Form, Slot, SlotMapping
from dialogue.faults import Fault
from dialogue.forms import DEACTIVATE, question_for, question_names
from dialogue.linting.scope import Scope
from dialogue.message import message
from dialogue.place import place_of
from dialogue.script import ActionStep, LoopStep, Step
from dialogue.yaml_file import nearest


def check_forms(scope: Scope) -> Iterator[Fault]:
    """Slots of a form that nothing asks for or fills, and forms after which nothing follows."""
    domain = scope.bot.domain
    for form in domain.forms.values():
        for name in form.required_slots:
            slot = domain.slots.get(name)
            if slot is None or scope.lost(name) or _validated(scope, form):
                continue
            place = place_of(name, form.place)
            if not _fillable(scope, form, slot):
                yield Fault(place, _never_filled(form, slot), "endless_form", scope.severity(tolerated=True))
            if question_for(form, name, domain) is None:
                wanted = question_names(form, name)[-1]
                told = "form '{form}' has no question for '{slot}'; write the response '{wanted}'{close}"
                said = message(told, form=form.name, slot=name, wanted=wanted, close=nearest(wanted, domain.responses))
                yield Fault(place, said, "endless_form", scope.severity(tolerated=True))
        yield from _without_end(scope, form)


def _validated(scope: Scope, form: Form) -> bool:
    """Whether an action server has a say in the form: it may ask, fill and leave out what it likes."""
    return scope.server and any(name in scope.bot.domain.actions for name in (f"validate_{form.name}", form.name))


def _fillable(scope: Scope, form: Form, slot: Slot) -> bool:
    """Whether the slot can be filled while the form runs, or has been before it begins."""
    if slot.initial_value is not None or slot.name in scope.settled or scope.server:
        return True
    return any(_fills(mapping, form, scope) for mapping in slot.mappings)


def _fills(mapping: SlotMapping, form: Form, scope: Scope) -> bool:
    if mapping.type == "custom":
        return mapping.action is not None and mapping.action in scope.bot.settings.actions
    if mapping.intents and set(mapping.intents) <= set(form.ignored_intents):
        return False
    loop, asked = mapping.active_loop, mapping.requested_slot
    elsewhere = loop != form.name and loop in scope.bot.domain.forms
    unasked = asked is not None and asked not in form.required_slots and asked in scope.bot.domain.slots
    return not (elsewhere or unasked)


def _never_filled(form: Form, slot: Slot) -> str:
    told = "form '{form}' can't end: while it runs, none of the mappings of '{slot}' applies"
    if not slot.mappings:
        told = "form '{form}' can't end: '{slot}' has no mapping to fill it"
    elif all(mapping.type == "custom" for mapping in slot.mappings):
        told = "form '{form}' can't end: '{slot}' is left to an action ('custom'), and none sets it"
    return message(told, form=form.name, slot=slot.name)


def _without_end(scope: Scope, form: Form) -> Iterator[Fault]:
    """Forms after which nothing follows: the customer would hear nothing once the last slot is filled."""
    bot = scope.bot
    scripts = [(*rule.condition, *rule.steps) for rule in bot.rules] + [story.steps for story in bot.stories]
    runs = any(isinstance(step, ActionStep) and step.name == form.name for steps in scripts for step in steps)
    if not scripts or not runs or scope.lost(form.name) or (scope.rasa and scope.server):
        return
    if not any(_goes_on(steps, form.name) for steps in scripts):
        told = (
            "nothing follows when the form '{form}' is full; write a rule with the condition 'active_loop: {form}' "
            "and the steps 'action: {form}', 'active_loop: null', and what is to be done then"
        )
        yield Fault(form.place, message(told, form=form.name), "endless_form", scope.severity(tolerated=True))


def _goes_on(steps: Iterable[Step], form: str) -> bool:
    """Whether these steps do something after the form has ended by itself."""
    running = ended = False
    for step in steps:
        match step:
            case ActionStep(name) if name == DEACTIVATE:
                return False
            case ActionStep(name) if name == form:
                running = True
            case LoopStep(name):
                running, ended = name == form, running and name is None
            case ActionStep() if ended:
                return True
            case _:
                pass
    return False
