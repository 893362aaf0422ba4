"""Rules and stories in the form that they are followed in: what is heard and done, and what must hold before each."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from dialogue.script import SET, ActionStep, CheckpointStep, LoopStep, Rule, SlotStep, Step, UserStep
from dialogue.state import ACTION_LISTEN
from dialogue.yaml_file import Place

Check = SlotStep | LoopStep


@dataclass(frozen=True, slots=True)
class Spot:
    """One thing heard or done; `checks` must hold just before it."""

    step: UserStep | ActionStep
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True)
class Pattern:
    """A rule or story. `condition` must hold when it begins, `after` when its last step is done."""

    name: str
    place: Place
    spots: tuple[Spot, ...]
    after: tuple[Check, ...] = ()
    condition: tuple[Check, ...] = ()
    conversation_start: bool = False
    waits: bool = True

    def checks_at(self, position: int) -> tuple[Check, ...]:
        """What must hold before the step at this position, or after the last one."""
        return self.spots[position].checks if position < len(self.spots) else self.after


def rule_pattern(rule: Rule, forms: Collection[str]) -> Pattern:
    """A rule as a pattern; what Rasa's files leave unsaid about forms is said.

    A rule under `active_loop: F` that begins with `active_loop: null` begins with the form F itself; a form without a
    word on its loop is expected to be running afterwards.
    """
    spots, after = pattern_steps(_with_loops(rule, forms))
    return Pattern(rule.name, rule.place, spots, after, rule.condition, rule.conversation_start, rule.waits)


def pattern_steps(steps: Iterable[Step]) -> tuple[tuple[Spot, ...], tuple[Check, ...]]:
    """Steps as spots, and the checks after the last; action_listen and checkpoints say nothing."""
    spots: list[Spot] = []
    checks: list[Check] = []
    for step in steps:
        match step:
            case SlotStep() | LoopStep():
                checks.append(step)
            case UserStep() | ActionStep() if not (isinstance(step, ActionStep) and step.name == ACTION_LISTEN):
                spots.append(Spot(step, tuple(checks)))
                checks = []
            case ActionStep() | CheckpointStep():
                pass
    return tuple(spots), tuple(checks)


def demands(pattern: Pattern, position: int) -> int:
    """How much a rule asks of the state: its conditions, its checks up to here, the entities that it names."""
    checks = [*pattern.condition, *(check for spot in pattern.spots[:position] for check in spot.checks)]
    checks += pattern.checks_at(position)
    heard = [spot.step for spot in pattern.spots[:position] if isinstance(spot.step, UserStep)]
    return (
        sum(1 if isinstance(check, LoopStep) else len(check.values) for check in checks)
        + sum(len(step.entities) for step in heard)
        + int(pattern.conversation_start)
    )


def next_action(pattern: Pattern, position: int) -> str | None:
    """What follows this many steps; None where the pattern ends without waiting for the customer."""
    if position == len(pattern.spots):
        return ACTION_LISTEN if pattern.waits else None
    step = pattern.spots[position].step
    return step.name if isinstance(step, ActionStep) else ACTION_LISTEN


def same_needs(needs: Collection[str], wanted: Collection[str]) -> bool:
    """Whether needs heard are those of one alternative: order free, and 'a+b' also covers a needed twice."""
    if len(wanted) == 1 and len(needs) == 1:
        (need,), (want,) = needs, wanted
        return need == want or need.startswith(f"{want}/")  # a retrieval intent's name stands for all of its kinds
    if len(needs) != len(wanted) and len(set(wanted)) < 2:
        return False
    return set(needs) == set(wanted)


def ordered_needs(needs: tuple[str, ...]) -> tuple[str, ...]:
    """Needs in the form in which equal ones are equal: the order of several does not matter, nor that one is said twice."""
    return tuple(sorted(set(needs))) if len(set(needs)) > 1 else needs


def slot_holds(wanted: Any, value: Any) -> bool:
    """Whether a slot's value is the one that a SlotStep wants; `true` on a slot that is no bool means 'set'."""
    if wanted is SET or (wanted is True and not isinstance(value, bool)):
        return value is not None
    if isinstance(wanted, bool) or isinstance(value, bool) or wanted is None or value is None:
        return wanted is value
    if isinstance(wanted, list) or isinstance(value, (list, tuple)):
        return isinstance(wanted, list) and isinstance(value, (list, tuple)) and wanted == list(value)
    return bool(wanted == value) or str(wanted) == str(value)


def _with_loops(rule: Rule, forms: Collection[str]) -> Iterable[Step]:
    steps = rule.steps
    loops = [check.name for check in rule.condition if isinstance(check, LoopStep) and check.name is not None]
    if loops and isinstance(steps[0] if steps else None, LoopStep):
        yield ActionStep(loops[-1], rule.place)
    for position, step in enumerate(steps):
        yield step
        if isinstance(step, ActionStep) and step.name in forms and not _says_loop(steps[position + 1 :]):
            yield LoopStep(step.name, step.place)


def _says_loop(steps: tuple[Step, ...]) -> bool:
    """Whether a LoopStep comes before the next thing heard or done."""
    for step in steps:
        if isinstance(step, LoopStep):
            return True
        if isinstance(step, (UserStep, ActionStep)):
            return False
    return False
