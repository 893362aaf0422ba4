"""Rules that can never come true, and checkpoints that lead nowhere."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dialogue.domain import Slot
from dialogue.faults import Fault
from dialogue.linting.scope import Scope
from dialogue.message import message
from dialogue.pattern import slot_holds
from dialogue.place import place_of
from dialogue.script import SET, ActionStep, CheckpointStep, LoopStep, Rule, SlotStep, UserStep

ANSWERED: Mapping[str, str] = {"restart": "action_restart", "back": "action_back", "session_start": "action_session_start"}
"""What Rasa's own intents are answered with, before any rule."""


def check_reachable(scope: Scope) -> Iterator[Fault]:
    """Conditions that exclude themselves, values that a slot cannot have, forms that nothing begins, and the like."""
    begun = {step.name for script in _scripts(scope) for step in script if isinstance(step, (ActionStep, LoopStep))}
    for rule in scope.bot.rules:
        if rule.place in scope.bot.gaps.damaged:
            continue
        yield from _self_excluding(rule)
        yield from _mistyped_values(scope, rule)
        yield from _never_begun(scope, rule, begun)
        yield from _answered_before(rule)
    yield from _checkpoints(scope)


def _scripts(scope: Scope) -> Iterator[tuple[object, ...]]:
    """The steps of rules and stories, without those of a form that the rule's condition takes as running: it begins elsewhere."""
    for rule in scope.bot.rules:
        running = {check.name for check in rule.condition if isinstance(check, LoopStep)}
        yield tuple(step for step in rule.steps if not (isinstance(step, (ActionStep, LoopStep)) and step.name in running))
    for story in scope.bot.stories:
        yield story.steps


def _self_excluding(rule: Rule) -> Iterator[Fault]:
    wanted: dict[str, Any] = {}
    loops: list[str | None] = []
    for check in rule.condition:
        if isinstance(check, LoopStep):
            loops.append(check.name)
            continue
        for slot, value in check.values.items():
            if slot in wanted and not _agree(wanted[slot], value):
                told = "rule '{name}' can never come true: its condition wants two different values of the slot '{slot}'"
                yield Fault(rule.place, message(told, name=rule.name, slot=slot), "unreachable", "warning")
            wanted[slot] = value
    if len(set(loops)) > 1:
        told = "rule '{name}' can never come true: its condition wants two different forms to run"
        yield Fault(rule.place, message(told, name=rule.name), "unreachable", "warning")


def _agree(one: Any, other: Any) -> bool:
    if SET in (one, other):
        return None not in (one, other)
    return slot_holds(one, other) or slot_holds(other, one)


def _mistyped_values(scope: Scope, rule: Rule) -> Iterator[Fault]:
    """Values that a categorical slot does not list and that look like one it lists; others may well be set."""
    for step in (*rule.condition, *rule.steps):
        for name, value in step.values.items() if isinstance(step, SlotStep) else ():
            slot = scope.bot.domain.slots.get(name)
            if slot is not None and slot.type == "categorical" and isinstance(value, str) and (meant := _meant(slot, value)):
                told = (
                    "rule '{name}' wants '{value}' of the slot '{slot}', which does not list that value; did you mean '{meant}'?"
                )
                said = message(told, name=rule.name, value=value, slot=name, meant=meant)
                yield Fault(place_of(name, step.place or rule.place), said, "unreachable", "warning")


def _meant(slot: Slot, value: str) -> str | None:
    listed = [str(one) for one in slot.values]
    if value.lower() in (one.lower() for one in listed):
        return None
    return next(iter(difflib.get_close_matches(value, listed, n=1, cutoff=0.75)), None)


def _never_begun(scope: Scope, rule: Rule, begun: Iterable[object]) -> Iterator[Fault]:
    for check in rule.condition:
        if not isinstance(check, LoopStep) or check.name is None or check.name not in scope.bot.domain.forms or scope.server:
            continue
        if check.name not in begun and check.name not in scope.settled and not scope.lost(check.name):
            told = "rule '{name}' can never come true: nothing begins the form '{form}'"
            yield Fault(rule.place, message(told, name=rule.name, form=check.name), "unreachable", "warning")


def _answered_before(rule: Rule) -> Iterator[Fault]:
    for step, following in zip(rule.steps, rule.steps[1:], strict=False):
        if not (isinstance(step, UserStep) and isinstance(following, ActionStep) and len(step.alternatives) == 1):
            continue
        (needs,) = step.alternatives
        if len(needs) == 1 and ANSWERED.get(needs[0], following.name) != following.name:
            told = "rule '{name}' never gets its turn: '{intent}' is always answered with '{action}'"
            said = message(told, name=rule.name, intent=needs[0], action=ANSWERED[needs[0]])
            yield Fault(rule.place, said, "unreachable", "warning")


def _checkpoints(scope: Scope) -> Iterator[Fault]:
    """Checkpoints at which stories begin and none ends, or the other way round."""
    begins = {story.steps[0].name for story in scope.bot.stories if story.steps and isinstance(story.steps[0], CheckpointStep)}
    ends = {step.name for story in scope.bot.stories for step in story.steps[1:] if isinstance(step, CheckpointStep)}
    told = {True: "no story leads to the checkpoint '{name}', so what follows it here is never used",
            False: "no story goes on from the checkpoint '{name}'"}  # fmt: skip
    for story in scope.bot.stories:
        for position, step in enumerate(story.steps):
            if not isinstance(step, CheckpointStep) or scope.lost(step.name):
                continue
            first = position == 0
            if step.name not in (ends if first else {*begins, *_passed(scope, step.name)}):
                yield Fault(step.place or story.place, message(told[first], name=step.name), "unreachable", "warning")


def _passed(scope: Scope, name: str) -> Iterator[str]:
    """The name where some story only passes this checkpoint: it stands neither first nor last."""
    for story in scope.bot.stories:
        for step in story.steps[1:-1]:
            if isinstance(step, CheckpointStep) and step.name == name:
                yield name
