"""Rules: what an operator wrote down as always true, wherever its condition holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from dialogue.pattern import Check, Pattern, demands, next_action, ordered_needs, rule_pattern, slot_holds
from dialogue.script import ActionStep, LoopStep, Rule, UserStep
from dialogue.state import ACTION_LISTEN, DialogueState
from policies.policy import Decision
from policies.trail import Done, Moment, meets, trail

NAME = "rules"


@dataclass(frozen=True, slots=True)
class Match:
    """A rule whose first `position` steps are the latest of the conversation; `action` is what it wants next."""

    pattern: Pattern
    position: int
    action: str
    going: bool
    """The rule itself chose the last action of this need, so that it goes on before any other begins."""

    @property
    def weight(self) -> tuple[bool, int]:
        """The more a rule asks for, the more it weighs."""
        return self.going, self.position + demands(self.pattern, self.position)


@dataclass(frozen=True, slots=True)
class RulePolicy:
    """Follows rules. Of those that fit, the one in progress wins, then the one that asks for most, then the first."""

    patterns: tuple[Pattern, ...]
    utterances: int = 1
    """The most utterances in one rule: as far back as the conversation must be looked at."""
    by_last: Mapping[tuple[str, ...], tuple[tuple[int, int], ...]] = field(default_factory=dict)
    """Numbers of patterns and positions in them, by the step before the position (see _key)."""
    opening: tuple[int, ...] = ()
    """Numbers of the patterns that may act before anything was heard."""

    @classmethod
    def of(cls, rules: Iterable[Rule], forms: Collection[str]) -> RulePolicy:
        patterns = tuple(rule_pattern(rule, forms) for rule in rules)
        utterances = (sum(isinstance(spot.step, UserStep) for spot in pattern.spots) for pattern in patterns)
        by_last: dict[tuple[str, ...], list[tuple[int, int]]] = defaultdict(list)
        for number, pattern in enumerate(patterns):
            for position, spot in enumerate(pattern.spots, start=1):
                for key in _keys(spot.step):
                    by_last[key].append((number, position))
        opening = tuple(number for number, pattern in enumerate(patterns) if _may_open(pattern))
        return cls(patterns, max(utterances, default=1) or 1, {key: tuple(places) for key, places in by_last.items()}, opening)

    def decide(self, state: DialogueState) -> Decision | None:
        match = self.match(state)
        return None if match is None else Decision(match.action, NAME, reason(match.pattern))

    def match(self, state: DialogueState) -> Match | None:
        """The rule to follow now, or None."""
        latest = trail(state, self.utterances)
        places = [(number, 0) for number in self.opening]
        places += [place for key in _keys_of(latest[-1:]) for place in self.by_last.get(key, ())]
        found = [match for number, at in sorted(set(places)) if (match := _match(self.patterns[number], at, latest, state))]
        return max(found, key=lambda match: match.weight, default=None)

    def answers(self, intent: str) -> bool:
        """Whether some rule begins with this intent."""
        return any(
            isinstance(pattern.spots[0].step, UserStep) and (intent,) in pattern.spots[0].step.alternatives
            for pattern in self.patterns
            if pattern.spots
        )


def reason(pattern: Pattern) -> str:
    """How a decision names the rule that it follows."""
    return f"rule '{pattern.name}' {pattern.place.file.name}:{pattern.place.line}"


def holds(check: Check, state: DialogueState) -> bool:
    """Whether a condition on slots or the running form is true now."""
    if isinstance(check, LoopStep):
        return state.active_loop == check.name
    return all(slot_holds(wanted, state.value(slot)) for slot, wanted in check.values.items())


def _keys(step: UserStep | ActionStep) -> tuple[tuple[str, ...], ...]:
    """What the conversation's last moment looks like when this step was it."""
    if isinstance(step, ActionStep):
        return (("did", step.name),)
    return tuple(("heard", *ordered_needs(needs)) for needs in step.alternatives)


def _keys_of(last: tuple[Moment, ...]) -> tuple[tuple[str, ...], ...]:
    """The keys under which steps that may be this moment stand; a retrieval intent's kinds stand under its name, too."""
    if not last:
        return ()
    (moment,) = last
    if isinstance(moment, Done):
        return (("did", moment.name),)
    whole = ("heard", *ordered_needs(moment.needs))
    return (whole, ("heard", moment.needs[0].partition("/")[0])) if len(moment.needs) == 1 else (whole,)


def _match(pattern: Pattern, position: int, latest: tuple[Moment, ...], state: DialogueState) -> Match | None:
    """The rule at this position, if that is where the conversation stands and the rule has a say in what follows."""
    if position > len(latest) or not _fits(pattern, position, latest) or (position == 0 and not _opens(state)):
        return None
    going = bool(state.actions) and (state.actions[-1].policy, state.actions[-1].reason) == (NAME, reason(pattern))
    if not all(holds(check, state) for check in pattern.checks_at(position)):
        return None
    if not (going or _begins(pattern, position, state)):
        return None
    action = next_action(pattern, position)
    if action is None or (action == ACTION_LISTEN and state.actions and not going):
        return None  # a rule that merely knows of what another did has no say in when to stop
    return Match(pattern, position, action, going)


def _may_open(pattern: Pattern) -> bool:
    """A rule for the start of a conversation that begins with the bot may act before anything was heard."""
    return pattern.conversation_start and bool(pattern.spots) and isinstance(pattern.spots[0].step, ActionStep)


def _opens(state: DialogueState) -> bool:
    return state.latest is None and not state.actions


def _fits(pattern: Pattern, position: int, latest: tuple[Moment, ...]) -> bool:
    if position == 0:
        return True
    return all(meets(spot.step, moment) for spot, moment in zip(pattern.spots[:position], latest[-position:], strict=True))


def _begins(pattern: Pattern, position: int, state: DialogueState) -> bool:
    """Whether the rule's condition holds. A form that the rule begins with has run, so its loop was active then."""
    first = pattern.spots[0].step
    ran = first.name if isinstance(first, ActionStep) and position > 0 else None
    for check in pattern.condition:
        if not (isinstance(check, LoopStep) and check.name is not None and check.name == ran) and not holds(check, state):
            return False
    heard = sum(isinstance(spot.step, UserStep) for spot in pattern.spots[:position])
    return not pattern.conversation_start or state.turn <= heard
