"""Stories that never go as they are written: a rule decides otherwise, or another story that looks the same until there."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dialogue.bot_files import Bot
from dialogue.faults import Fault
from dialogue.message import message
from dialogue.pattern import ordered_needs
from dialogue.place import Place
from dialogue.scene import Frame
from dialogue.script import NOT_UNDERSTOOD, LoopStep, Rule, Story, UserStep
from dialogue.state import ACTION_LISTEN, DialogueState
from dialogue.yaml_tree import uncollected
from policies.features import Features, Featurizer
from policies.follow import Point, follow, ways
from policies.policy import Decision
from policies.rules import NAME, RulePolicy, reason


def story_conflicts(bot: Bot) -> tuple[Fault, ...]:
    """Steps of stories that a rule decides otherwise (an error, as in Rasa), or at which two stories part without a reason.

    Stories part without a reason where everything that policies see of them is the same: what was heard and done since the
    beginning, slots that influence the conversation, the running form.
    """
    with uncollected():
        return tuple(_Search.of(bot).faults(bot))


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a story did, and at which step."""

    action: str
    place: Place


@dataclass(slots=True)
class _Walk:
    """One way through the stories, as the rules see it."""

    rules: RulePolicy
    featurizer: Featurizer
    named: frozenset[str | None]
    """The forms that the story says to be running at some point."""
    announced: dict[str, bool] = field(default_factory=dict)
    """Whether each form, when it last ran, was said to be running before."""
    decisions: dict[int, Decision | None] = field(default_factory=dict)
    """Of each point (by id: they live as long as the walk)."""
    known: dict[int, tuple[Frame, Features]] = field(default_factory=dict)

    @classmethod
    def of(cls, story: Story, rules: RulePolicy, featurizer: Featurizer) -> _Walk:
        return cls(rules, featurizer, frozenset(step.name for step in story.steps if isinstance(step, LoopStep)))

    def agreed(self, point: Point) -> Decision | None:
        """The rule's decision where it is the story's, so that the rule goes on from here."""
        decision = self.decided(point)
        self.announced[point.action] = point.state.active_loop == point.action
        return decision if decision is not None and decision.action == point.action else None

    def decided(self, point: Point) -> Decision | None:
        """What a rule decides; as in Rasa, one for the end of a form wants the story to say that the form was running."""
        if id(point) not in self.decisions:
            self.decisions[id(point)] = self._decide(point.state)
        return self.decisions[id(point)]

    def _decide(self, state: DialogueState) -> Decision | None:
        match = self.rules.match(state) if self._may_match(state) else None
        if match is None:
            return None
        for check in match.pattern.condition:
            if isinstance(check, LoopStep) and check.name is not None and not self._said_to_run(check.name, match.action):
                return None
        return Decision(match.action, NAME, reason(match.pattern))

    def _may_match(self, state: DialogueState) -> bool:
        """Whether some rule has the last step at all: it is quicker to see than what the whole conversation looks like."""
        if self.rules.opening or state.latest is None:
            return True
        if state.actions and state.actions[-1].name != ACTION_LISTEN:
            return ("did", state.actions[-1].name) in self.rules.by_last
        needs = ordered_needs(tuple(need.intent for need in state.latest.understanding.needs))
        return any(("heard", *kind) in self.rules.by_last for kind in (needs, (needs[0].partition("/")[0],) if needs else ()))

    def _said_to_run(self, form: str, action: str) -> bool:
        return self.announced.get(form, True) or (form in self.named and action != ACTION_LISTEN)

    def seen(self, state: DialogueState) -> tuple[Features, ...]:
        """Everything that policies see since the beginning."""
        return tuple(self._features(frame) for frame in state.scene.frames(state.slots, state.active_loop))

    def _features(self, frame: Frame) -> Features:
        kept = self.known.get(id(frame))
        if kept is None or kept[0] is not frame:
            kept = self.known[id(frame)] = (frame, self.featurizer.features(frame))
        return kept[1]


@dataclass(slots=True)
class _Search:
    rules: RulePolicy
    featurizer: Featurizer
    owners: Mapping[Path, Sequence[tuple[int, Rule | Story]]]
    seen: dict[tuple[Features, ...], _Seen] = field(default_factory=dict)
    told: set[Place] = field(default_factory=set)

    @classmethod
    def of(cls, bot: Bot) -> _Search:
        rules = RulePolicy.of((rule for rule in bot.rules if rule.place not in bot.gaps.damaged), bot.domain.forms)
        owners: dict[Path, list[tuple[int, Rule | Story]]] = defaultdict(list)
        scripts: tuple[Rule | Story, ...] = (*bot.rules, *bot.stories)
        for script in sorted(scripts, key=lambda script: script.place.line):
            owners[script.place.file].append((script.place.line, script))
        return cls(rules, Featurizer.of(bot.domain), owners)

    def faults(self, bot: Bot) -> Iterator[Fault]:
        stories = [story for story in bot.stories if story.place not in bot.gaps.damaged and not _only_texts(story)]
        for story in ways(stories):
            walk = _Walk.of(story, self.rules, self.featurizer)
            points: list[Point] = []
            for point in follow(story, bot.domain, walk.agreed):
                points.append(point)  # kept, so that no other takes its id
                fault = self._fault(point, walk, bot.domain.forms)
                if fault is not None and fault.place not in self.told:
                    self.told.add(fault.place)
                    yield fault

    def _fault(self, point: Point, walk: _Walk, forms: Collection[str]) -> Fault | None:
        state, action = point.state, point.action
        if state.active_loop is not None and action in (state.active_loop, ACTION_LISTEN):
            return None  # the form decides
        decision = walk.decided(point)
        if decision is not None:
            return None if decision.action == action else self._against_rule(point, decision)
        first = self.seen.setdefault(walk.seen(state), _Seen(action, point.place))
        if first.action == action or (state.active_loop is not None and first.action in forms):
            return None
        return self._against_story(point, first)

    def _against_rule(self, point: Point, decision: Decision) -> Fault:
        told = (
            "story '{story}' ({here}) wants {wanted} after {said}, but {rule} decides on {instead}; "
            "make the story say what the rule does, or give the rule a condition"
        )
        said = message(
            told,
            story=self._owner(point.place).name,
            here=_where(self._owner(point.place).place),
            wanted=_wish(point.action),
            said=_said(point.state),
            rule=decision.reason,
            instead=_wish(decision.action),
        )
        return Fault(point.place, said, "contradiction")

    def _against_story(self, point: Point, first: _Seen) -> Fault:
        owner, other = self._owner(point.place), self._owner(first.place)
        told = (
            "story '{story}' ({here}) wants {wanted} after {said}, but story '{other}' ({there}, line {line}) wants {instead}, "
            "and nothing tells the two apart until then"
        )
        said = message(
            told,
            story=owner.name,
            here=_where(owner.place),
            wanted=_wish(point.action),
            said=_said(point.state),
            other=other.name,
            there=_where(other.place),
            line=first.place.line,
            instead=_wish(first.action),
        )
        return Fault(point.place, said, "contradiction", "warning")

    def _owner(self, place: Place) -> Rule | Story:
        """The story in which a step stands (a joined story's steps stand in several)."""
        scripts = self.owners[place.file]
        return scripts[bisect_right(scripts, place.line, key=lambda entry: entry[0]) - 1][1]


def _only_texts(story: Story) -> bool:
    """Whether utterances are told by their words alone, which policies don't compare."""
    return any(isinstance(step, UserStep) and not step.alternatives for step in story.steps)


def _said(state: DialogueState) -> str:
    done = state.actions[-1].name if state.actions else ACTION_LISTEN
    if done != ACTION_LISTEN or state.latest is None:
        return message("'{name}'", name=done)
    needs = "+".join(need.intent for need in state.latest.understanding.needs)
    return message("'{name}'", name=needs or NOT_UNDERSTOOD)


def _wish(action: str) -> str:
    return message("to wait") if action == ACTION_LISTEN else message("'{name}'", name=action)


def _where(place: Place) -> str:
    return f"{place.file.name}:{place.line}"
