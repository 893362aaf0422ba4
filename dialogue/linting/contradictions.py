"""Rules that want different things in one situation, and rules that another makes needless."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from dialogue.faults import Fault
from dialogue.linting.scope import where
from dialogue.message import message
from dialogue.pattern import (
    Check,
    Pattern,
    Spot,
    demands,
    next_action,
    ordered_needs,
    rule_pattern,
    same_needs,
    slot_holds,
)
from dialogue.place import Place
from dialogue.script import NOT_UNDERSTOOD, SET, ActionStep, LoopStep, Rule, UserStep
from dialogue.state import ACTION_LISTEN

Moment = tuple[object, ...]
"""What was heard or done last, as a key: rules that meet in one situation share it."""


def rule_contradictions(rules: Iterable[Rule], forms: Collection[str], damaged: Collection[Place] = ()) -> Iterator[Fault]:
    """Rules that another of the same weight always goes before, since it fits wherever they fit, and goes on differently.

    Told once a pair, at the later rule. Also the later of two that go on alike, since it never gets its turn. `damaged` rules
    lost a step and are left out.
    """
    patterns = [rule_pattern(rule, forms) for rule in rules if rule.place not in damaged]
    seen: set[tuple[int, int]] = set()
    for at in _meetings(patterns).values():
        for later, its in at:
            for earlier, mine in at:
                if earlier < later and (earlier, later) not in seen:
                    fault = _between(patterns[earlier], mine, patterns[later], its)
                    if fault is not None:
                        seen.add((earlier, later))
                        yield fault
    yield from _needless(patterns)


def _meetings(patterns: Iterable[Pattern]) -> Mapping[Moment, list[tuple[int, int]]]:
    """Numbers of patterns and positions in them, by the step before the position; only where the pattern says what follows."""
    found: dict[Moment, list[tuple[int, int]]] = defaultdict(list)
    for number, pattern in enumerate(patterns):
        for position, spot in enumerate(pattern.spots, start=1):
            if next_action(pattern, position) is not None:
                for key in _keys(spot):
                    found[key].append((number, position))
    return found


def _keys(spot: Spot) -> Iterator[Moment]:
    if isinstance(spot.step, ActionStep):
        yield ("did", spot.step.name)
    else:
        yield from dict.fromkeys(("heard", *ordered_needs(needs)) for needs in spot.step.alternatives)


def _between(one: Pattern, mine: int, other: Pattern, its: int) -> Fault | None:
    """The fault where, at these positions, two rules fit alike and want different things."""
    wants, instead = next_action(one, mine), next_action(other, its)
    if wants == instead or not _goes_first(one, mine, other, its):
        return None
    told = (
        "rule '{name}' contradicts rule '{other}' ({at}): after {said} this one wants {instead}, that one {wants}; "
        "give one of them a condition, or drop it"
    )
    return Fault(
        other.place,
        message(
            told,
            name=other.name,
            other=one.name,
            at=where(one.place),
            said=said_last(other.spots[its - 1]),
            instead=wish(instead),
            wants=wish(wants),
        ),
        "contradiction",
    )


def _goes_first(earlier: Pattern, mine: int, later: Pattern, its: int) -> bool:
    """Whether the earlier rule fits wherever the later one does, and neither weighs more: then it is the one that is followed."""
    if mine + demands(earlier, mine) != its + demands(later, its) or _in_turn(earlier, mine) != _in_turn(later, its):
        return False
    return _implied(earlier, mine, later, its)


def _in_turn(pattern: Pattern, position: int) -> tuple[str | None, ...]:
    """The actions since the last utterance; None in front of them where there was an utterance."""
    actions: list[str | None] = []
    for spot in reversed(pattern.spots[:position]):
        if isinstance(spot.step, UserStep):
            return (None, *reversed(actions))
        actions.append(spot.step.name)
    return tuple(reversed(actions))


def _implied(pattern: Pattern, position: int, by: Pattern, its: int) -> bool:
    """Whether a rule fits after so many of its steps in every situation that another describes after so many of its own."""
    if position > its or (pattern.conversation_start and not by.conversation_start):
        return False
    before = by.spots[its - position : its]
    if not all(_same(spot, other) for spot, other in zip(pattern.spots[:position], before, strict=True)):
        return False
    return _stated(pattern.condition, by.condition) and _stated(pattern.checks_at(position), by.checks_at(its))


def _same(spot: Spot, other: Spot) -> bool:
    """Whether what happened at `other` is what `spot` asks for, in one way of the other's at least."""
    one, two = spot.step, other.step
    if isinstance(one, ActionStep) or isinstance(two, ActionStep):
        return isinstance(one, ActionStep) and isinstance(two, ActionStep) and one.name == two.name
    known = dict(two.entities)
    if any(name not in known or value not in (None, known[name]) for name, value in one.entities):
        return False
    return any(same_needs(needs, wanted) for needs in two.alternatives for wanted in one.alternatives)


def _stated(wanted: Iterable[Check], known: Iterable[Check]) -> bool:
    """Whether some checks say all that others demand."""
    slots: dict[str, Any] = {}
    loops: list[str | None] = []
    for check in known:
        if isinstance(check, LoopStep):
            loops.append(check.name)
        else:
            slots |= check.values
    for check in wanted:
        if isinstance(check, LoopStep):
            if check.name not in loops:
                return False
        elif any(name not in slots or not _says(value, slots[name]) for name, value in check.values.items()):
            return False
    return True


def _says(wanted: Any, known: Any) -> bool:
    if known is SET:
        return wanted is SET
    return slot_holds(wanted, known)


def _needless(patterns: list[Pattern]) -> Iterator[Fault]:
    """Rules that an earlier one covers wholly."""
    earlier: dict[Moment, list[Pattern]] = defaultdict(list)
    for pattern in patterns:
        if not pattern.spots:
            continue
        for known in earlier[_last(pattern)]:
            if _covers(known, pattern):
                told = "rule '{name}' never gets its turn: rule '{other}' ({at}) does the same in the same situation; drop one"
                said = message(told, name=pattern.name, other=known.name, at=where(known.place))
                yield Fault(pattern.place, said, "unreachable", "warning")
                break
        earlier[_last(pattern)].append(pattern)


def _last(pattern: Pattern) -> Moment:
    """All that is heard and done, without which two rules cannot be the same."""
    return tuple(key for spot in pattern.spots for key in _keys(spot))


def _covers(known: Pattern, pattern: Pattern) -> bool:
    length = len(pattern.spots)
    return (
        len(known.spots) == length
        and known.waits == pattern.waits
        and known.conversation_start == pattern.conversation_start
        and demands(known, length) == demands(pattern, length)
        and all(
            _stated(known.checks_at(at), pattern.checks_at(at)) and _stated(pattern.checks_at(at), known.checks_at(at))
            for at in range(length + 1)
        )
        and _stated(known.condition, pattern.condition)
        and _stated(pattern.condition, known.condition)
        and all(_same(one, two) and _same(two, one) for one, two in zip(known.spots, pattern.spots, strict=True))
    )


def said_last(spot: Spot) -> str:
    """What was heard or done there, for a sentence."""
    if isinstance(spot.step, ActionStep):
        return message("'{name}'", name=spot.step.name)
    return message("'{name}'", name=" / ".join("+".join(needs) or NOT_UNDERSTOOD for needs in spot.step.alternatives))


def wish(action: str | None) -> str:
    """What is to be done next, for a sentence."""
    return message("to wait") if action == ACTION_LISTEN else message("'{name}'", name=action)
