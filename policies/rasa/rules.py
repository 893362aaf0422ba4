"""Rules followed to the letter of Rasa's RulePolicy: the running form first, then the rule whose states fit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dialogue.script import Rule
from dialogue.state import ACTION_LISTEN, DialogueState
from policies.policy import Decision
from policies.rasa.lessons import SNIPPET, Example, Shown, rule_examples
from policies.rasa.states import NOT_SET, State, Viewer, as_json

NAME = "rules"
FORMS = "forms"
Last = tuple[str, str]
Written = tuple[str, str]
"""The reason of a decision, and its action."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """States after which a rule wants `action`; `weight` is the length of Rasa's text for them."""

    states: tuple[State, ...]
    action: str
    source: str
    weight: int


@dataclass(frozen=True, slots=True)
class RasaRules:
    """The decisions of the forms and rules of a bot of Rasa."""

    viewer: Viewer
    by_last: Mapping[Last, tuple[Learnt, ...]]
    """By the action and the intent of the last of their states; those that ask for no intent under an empty one."""
    left: Mapping[str, tuple[tuple[State, ...], ...]] = field(default_factory=dict)
    """By the action before: where a rule or story did something else than ask the form's question again."""
    longest: int = 2
    """States that must be looked at."""

    @classmethod
    def of(cls, rules: Iterable[Rule], shown: Sequence[Shown], viewer: Viewer) -> RasaRules:
        """The rules, and what stories show of forms left aside and of rules that stop too early."""
        taught = tuple(rule_examples(rules, viewer))
        learnt = _looked_up(taught)
        left: dict[str, dict[tuple[State, ...], None]] = defaultdict(dict)
        for example in (*taught, *(one for story in shown for one in story)):
            states = _unhappy(example)
            if states is not None:
                left[states[-1].action][states] = None
        longest = max((len(one.states) for one in learnt), default=0)
        found = cls(viewer, _by_last(learnt), {name: tuple(states) for name, states in left.items()}, max(longest, 2))
        return found._without_stops(learnt, shown)

    def decide(self, state: DialogueState) -> Decision | None:
        loop = state.active_loop
        if loop is not None and state.scene.refused != loop:
            return _form(loop, state.scene.now.last)
        frames = state.scene.frames(state.slots, loop)[-self.longest :]
        return self.follow([self.viewer.view(frame) for frame in frames])

    def going_by(self, example: Example) -> Decision | None:
        """What would be done where a story does this; a form that the story leaves aside has refused."""
        now = example.states[-1]
        if now.loop and (taken := _form(now.loop, now.action)).action == example.action:
            return taken
        return self.follow(example.states)

    def written(self) -> frozenset[Written]:
        """All that can be decided here, by reason and action."""
        forms = [_form(name, last) for name in self.viewer.domain.forms for last in ("", name)]
        rules = [(one.source, one.action) for known in self.by_last.values() for one in known]
        again = [(_asks_again(name, source), name) for name in self.viewer.domain.forms for source, _ in rules]
        return frozenset((*rules, *again, *((one.reason, one.action) for one in forms)))

    def follow(self, states: Sequence[State]) -> Decision | None:
        """What the rules say after these states."""
        best = self._best(states)
        if best is None:
            return None
        loop = states[-1].loop
        if best.action == ACTION_LISTEN and loop and best.states[-1].loop in ("", NOT_SET):
            if any(_fits(one, states) for one in self.left.get(states[-1].action, ())):
                return None
            return Decision(loop, NAME, _asks_again(loop, best.source))
        return Decision(best.action, NAME, best.source)

    def _best(self, states: Sequence[State]) -> Learnt | None:
        """Of the rules that fit the one that asks for most."""
        last = states[-1]
        known = (
            *self.by_last.get((last.action, last.intent), ()),
            *(self.by_last.get((last.action, ""), ()) if last.intent else ()),
        )
        return max((one for one in known if _fits(one.states, states)), key=lambda one: one.weight, default=None)

    def _without_stops(self, learnt: Sequence[Learnt], shown: Sequence[Shown]) -> RasaRules:
        """Leaves out rules that stop after an action where a story goes on, and another rule, as Rasa's own check does."""
        stops = _premature(learnt)
        kept = self
        for example in (one for story in shown for one in story if stops):
            if example.action == ACTION_LISTEN or example.states[-1].loop:
                continue
            best = kept._best(example.states)
            if best in stops:
                learnt = [one for one in learnt if one is not best]
                kept = replace(self, by_last=_by_last(learnt))
        return kept


def _form(name: str, last: str) -> Decision:
    """The running form waits after its question, and else takes what was said."""
    if last == name:
        return Decision(ACTION_LISTEN, FORMS, f"{name} has asked")
    return Decision(name, FORMS, f"{name} takes the answer")


def _asks_again(form: str, source: str) -> str:
    return f"{form} asks again after {source}"


def _looked_up(examples: Iterable[Example]) -> list[Learnt]:
    """The rules by their states; where two say different things after the same states, neither counts."""
    found: dict[str, Learnt | None] = {}
    for example in examples:
        text = as_json(example.states)
        known = found.setdefault(text, Learnt(example.states, example.action, example.source, len(text)))
        if known is not None and known.action != example.action:
            found[text] = None
    return [one for one in found.values() if one is not None and one.action != SNIPPET]


def _by_last(learnt: Iterable[Learnt]) -> dict[Last, tuple[Learnt, ...]]:
    by_last: dict[Last, list[Learnt]] = defaultdict(list)
    for one in learnt:
        last = one.states[-1]
        by_last[last.action, last.intent].append(one)
    return {last: tuple(found) for last, found in by_last.items()}


def _unhappy(example: Example) -> tuple[State, ...] | None:
    """The last two moments of an example that, inside a form, does something else after an action than run the form."""
    last = example.states[-1]
    if last.loop in ("", NOT_SET) or last.action in (ACTION_LISTEN, SNIPPET) or example.action == last.loop:
        return None
    if len(example.states) == 1 or example.states[-2].action in ("", SNIPPET):
        return (last,)
    return (State(action=example.states[-2].action), last)


def _premature(learnt: Sequence[Learnt]) -> set[Learnt]:
    """Rules that stop after a single moment after which another rule goes on."""
    stops = [one for one in learnt if one.action == ACTION_LISTEN and len(one.states) == 1]
    texts = [(one, as_json(one.states)) for one in learnt] if stops else []
    return {stop for stop in stops if any(one is not stop and text.startswith(as_json(stop.states)[:-2]) for one, text in texts)}


def _fits(rule: tuple[State, ...], states: Sequence[State]) -> bool:
    """Whether the last of the states are those of the rule, in all that the rule speaks of."""
    for back in range(1, min(len(rule), len(states)) + 1):
        wanted, now = rule[-back], states[-back]
        if not wanted.action and not now.action:
            continue
        if not (wanted.action and now.action and _holds(wanted, now)):
            return False
    return True


def _holds(wanted: State, now: State) -> bool:
    if wanted.action != now.action or (wanted.intent and wanted.intent != now.intent):
        return False
    if wanted.entities and wanted.entities != now.entities:
        return False
    if wanted.loop and (bool(now.loop) if wanted.loop == NOT_SET else wanted.loop != now.loop):
        return False
    return all(_slot_holds(name, value, now) for name, value in wanted.slots)


def _slot_holds(name: str, wanted: object, now: State) -> bool:
    value = next((told for slot, told in now.slots if slot == name), None)
    return value is None if wanted == NOT_SET else value == wanted
