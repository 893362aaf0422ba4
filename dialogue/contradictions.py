"""Rules that want different things in one situation, and stories that rules never let happen."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

from dialogue.faults import Fault
from dialogue.pattern import (
    Pattern,
    Spot,
    conditions_of,
    demands,
    next_action,
    pattern_steps,
    rule_pattern,
    same_needs,
    slot_holds,
)
from dialogue.script import SET, ActionStep, LoopStep, Rule, Step, Story, UserStep
from dialogue.state import ACTION_LISTEN


def rule_contradictions(rules: Iterable[Rule], forms: Collection[str]) -> Iterator[Fault]:
    """Pairs of rules of equal weight that fit one situation and go on differently; told once a pair, at the later rule."""
    patterns = [rule_pattern(rule, forms) for rule in rules]
    for one, other in combinations(patterns, 2):
        fault = _between(one, other)
        if fault is not None:
            yield fault


def story_contradictions(rules: Iterable[Rule], stories: Iterable[Story], forms: Collection[str]) -> Iterator[Fault]:
    """Steps of stories that some unconditional rule decides otherwise, so that the story never goes that way."""
    patterns = [rule_pattern(rule, forms) for rule in rules]
    always = [pattern for pattern in patterns if pattern.spots and not demands(pattern, len(pattern.spots))]
    for story in stories:
        spots, _ = pattern_steps(_before_forms(story.steps, forms))
        fault = next((found for at in range(1, len(spots)) if (found := _against(story, spots, at, always, patterns))), None)
        if fault is not None:
            yield fault


def _between(one: Pattern, other: Pattern) -> Fault | None:
    for mine in range(1, len(one.spots) + 1):
        for its in range(1, len(other.spots) + 1):
            if not _meet(one, mine, other, its):
                continue
            wants, instead = next_action(one, mine), next_action(other, its)
            if wants is None or instead is None or wants == instead:
                continue
            where = f"{one.place.file.name}:{one.place.line}"
            return Fault(
                other.place,
                f"rule '{other.name}' contradicts rule '{one.name}' ({where}): after {_said(other.spots[:its])} "
                f"this one wants {_wish(instead)}, that one {_wish(wants)}; give one of them a condition, or drop it",
            )
    return None


def _meet(one: Pattern, mine: int, other: Pattern, its: int) -> bool:
    """Whether there is a situation that both rules fit after so many steps, and neither weighs more."""
    left, right = one.spots[:mine], other.spots[:its]
    if _in_turn(left) != _in_turn(right) or mine + demands(one, mine) != its + demands(other, its):
        return False
    shared = min(mine, its)
    if not all(_may_be_same(a, b) for a, b in zip(left[-shared:], right[-shared:], strict=True)):
        return False
    if one.conversation_start != other.conversation_start:
        return False
    return _compatible(one, mine, other, its)


def _in_turn(spots: Sequence[Spot]) -> tuple[str | None, ...]:
    """The actions since the last utterance; None in front of them where there was an utterance."""
    actions: list[str | None] = []
    for spot in reversed(spots):
        if isinstance(spot.step, UserStep):
            return (None, *reversed(actions))
        actions.append(spot.step.name)
    return tuple(reversed(actions))


def _may_be_same(one: Spot, other: Spot) -> bool:
    if isinstance(one.step, ActionStep) or isinstance(other.step, ActionStep):
        return isinstance(one.step, ActionStep) and isinstance(other.step, ActionStep) and one.step.name == other.step.name
    values = dict(other.step.entities)
    if any(value is not None and values.get(name, value) not in (None, value) for name, value in one.step.entities):
        return False
    return any(same_needs(a, b) or same_needs(b, a) for a in one.step.alternatives for b in other.step.alternatives)


def _compatible(one: Pattern, mine: int, other: Pattern, its: int) -> bool:
    """Whether their conditions can hold at once."""
    before, after = conditions_of(one.condition), conditions_of(other.condition)
    now, then = conditions_of(one.checks_at(mine)), conditions_of(other.checks_at(its))
    return _agree(before, after) and _agree(now, then)


def _agree(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return all(name not in other or _values_agree(wanted, other[name]) for name, wanted in one.items())


def _values_agree(one: Any, other: Any) -> bool:
    if one is SET or other is SET:
        return (one is None) == (other is None)
    return slot_holds(one, other) or slot_holds(other, one)


def _against(
    story: Story, spots: Sequence[Spot], at: int, always: Sequence[Pattern], patterns: Sequence[Pattern]
) -> Fault | None:
    """The fault where a rule without any condition decides this step otherwise and no rule agrees with the story."""
    step = spots[at].step
    wanted = step.name if isinstance(step, ActionStep) else ACTION_LISTEN
    if wanted in (_wish_after(pattern, spots[:at]) for pattern in patterns):
        return None
    for pattern in always:
        instead = _wish_after(pattern, spots[:at])
        if instead is not None:
            where = f"{pattern.place.file.name}:{pattern.place.line}"
            return Fault(
                step.place or story.place,
                f"story '{story.name}' wants {_wish(wanted)} after {_said(spots[:at])}, "
                f"but rule '{pattern.name}' ({where}) always wants {_wish(instead)}",
            )
    return None


def _wish_after(pattern: Pattern, spots: Sequence[Spot]) -> str | None:
    """What a rule wants after a story's steps; None where it does not fit them."""
    for position in range(min(len(pattern.spots), len(spots)), 0, -1):
        mine = pattern.spots[:position]
        if not any(isinstance(spot.step, UserStep) for spot in mine):
            continue
        if all(_may_be_same(a, b) for a, b in zip(mine, spots[-position:], strict=True)):
            return next_action(pattern, position)
    return None


def _before_forms(steps: Iterable[Step], forms: Collection[str]) -> Iterator[Step]:
    """A story's steps up to its first form: inside forms the turns are the form's own."""
    for step in steps:
        if isinstance(step, LoopStep) or (isinstance(step, ActionStep) and step.name in forms):
            return
        yield step


def _said(spots: Sequence[Spot]) -> str:
    last = spots[-1].step
    if isinstance(last, ActionStep):
        return f"'{last.name}'"
    return " or ".join(f"'{'+'.join(needs) or 'nothing understood'}'" for needs in last.alternatives)


def _wish(action: str) -> str:
    return "to wait" if action == ACTION_LISTEN else f"'{action}'"
