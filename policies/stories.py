"""Stories, learnt by heart: what was done in the example that the conversation follows exactly."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from dialogue.domain import Domain
from dialogue.pattern import Pattern, Spot, conditions_of, pattern_steps, slot_holds
from dialogue.script import ActionStep, CheckpointStep, LoopStep, SlotStep, Step, Story, UserStep
from dialogue.state import ACTION_LISTEN, DialogueState
from policies.policy import Decision
from policies.trail import Done, Heard, Moment, meets, trail

NAME = "stories"
MAX_PATHS = 2_000
"""Stories after joining at checkpoints; more than that is a fault of the stories, and the rest is left out."""
SETNESS_ONLY = ("text", "list", "any")
"""Slot types of which a story says, as in Rasa, only whether they are set: its values are examples."""


@dataclass(frozen=True, slots=True)
class StoryPolicy:
    """Finds the story whose steps are those of the conversation, back to its beginning or for `max_history` turns."""

    patterns: tuple[Pattern, ...]
    forms: frozenset[str]
    set_only: frozenset[str]
    max_history: int
    starts: Mapping[str, tuple[tuple[Pattern, int], ...]]
    """Positions of stories by what stands just before them: an action's name, or HEARD."""

    @classmethod
    def of(cls, stories: Iterable[Story], domain: Domain, max_history: int) -> StoryPolicy:
        forms = frozenset(domain.forms)
        patterns = tuple(_pattern(story, forms) for story in joined(tuple(stories)))
        set_only = frozenset(slot.name for slot in domain.slots.values() if slot.type in SETNESS_ONLY)
        return cls(patterns, forms, set_only, max_history, _by_last_step(patterns))

    def decide(self, state: DialogueState) -> Decision | None:
        if state.latest is None:
            return None
        latest = without_form_turns(trail(state, self.max_history), self.forms)
        if not latest:
            return None
        last = latest[-1]
        candidates = self.starts.get(last.name if isinstance(last, Done) else HEARD, ())
        fitting = [(pattern, position) for pattern, position in candidates if self._follows(pattern, position, latest, state)]
        if not fitting:
            return None
        pattern, position = max(fitting, key=lambda found: min(found[1], len(latest)))
        step = pattern.spots[position].step
        action = step.name if isinstance(step, ActionStep) else ACTION_LISTEN
        return Decision(action, NAME, f"story '{pattern.name}' {pattern.place.file.name}:{pattern.place.line}")

    def _follows(self, pattern: Pattern, position: int, latest: tuple[Moment, ...], state: DialogueState) -> bool:
        heard = 0
        steps = reversed(pattern.spots[:position])
        for spot, moment in zip(steps, reversed(latest), strict=False):
            if not meets(spot.step, moment):
                return False
            heard += isinstance(spot.step, UserStep)
            if heard == self.max_history:
                break
        else:
            if position > len(latest):
                return False
        return self._holds(pattern, position, state)

    def _holds(self, pattern: Pattern, position: int, state: DialogueState) -> bool:
        """What the story says of slots and the loop since the last utterance is true now."""
        begin = max((at for at in range(position) if isinstance(pattern.spots[at].step, UserStep)), default=0)
        checks = [check for at in range(begin + 1, position + 1) for check in pattern.checks_at(at)]
        slots = conditions_of(check for check in checks if isinstance(check, SlotStep))
        loops = [check.name for check in checks if isinstance(check, LoopStep)]
        if loops and loops[-1] != state.active_loop:
            return False
        return all(self._slot_holds(name, wanted, state) for name, wanted in slots.items())

    def _slot_holds(self, name: str, wanted: object, state: DialogueState) -> bool:
        if name in self.set_only:
            return (wanted is None) == (state.value(name) is None)
        return slot_holds(wanted, state.value(name))


HEARD = " heard"
"""A key that no action can have, since it begins with a blank."""


def joined(stories: tuple[Story, ...]) -> tuple[Story, ...]:
    """Stories with their checkpoints followed: each that ends with one goes on with each that begins with it."""
    following: dict[str, list[Story]] = defaultdict(list)
    for story in stories:
        if story.steps and isinstance(story.steps[0], CheckpointStep):
            following[story.steps[0].name].append(story)
    whole: list[Story] = []
    for story in stories:
        if not (story.steps and isinstance(story.steps[0], CheckpointStep)):
            for steps in _paths(story.steps, following, ()):
                whole.append(Story(story.name, steps, story.place))
                if len(whole) == MAX_PATHS:
                    return tuple(whole)
    return tuple(whole)


def without_form_turns(latest: tuple[Moment, ...], forms: Collection[str]) -> tuple[Moment, ...]:
    """The moments without the turns that only answered a running form: stories leave those out."""
    kept: list[Moment] = []
    position = 0
    while position < len(latest):
        here = latest[position]
        after = latest[position + 1 : position + 3]
        only_form = (
            isinstance(here, Heard)
            and bool(after)
            and isinstance(after[0], Done)
            and after[0].name in forms
            and bool(kept)
            and kept[-1] == after[0]
        )
        if only_form:
            position += 2  # what follows in the same turn, after the form ended, is kept
        else:
            kept.append(here)
            position += 1
    return tuple(kept)


def _paths(steps: tuple[Step, ...], following: Mapping[str, list[Story]], seen: tuple[str, ...]) -> Iterator[tuple[Step, ...]]:
    last = steps[-1] if steps else None
    if not isinstance(last, CheckpointStep) or last.name in seen or not following.get(last.name):
        yield steps
        return
    for story in following[last.name]:
        yield from _paths((*steps[:-1], *story.steps[1:]), following, (*seen, last.name))


def _pattern(story: Story, forms: Collection[str]) -> Pattern:
    spots, after = pattern_steps(_outside_forms(story.steps, forms))
    return Pattern(story.name, story.place, spots, after)


def _outside_forms(steps: tuple[Step, ...], forms: Collection[str]) -> Iterator[Step]:
    """A story's steps without the turns that only answered a running form (an utterance, perhaps the form again)."""
    loop: str | None = None
    for position, step in enumerate(steps):
        if isinstance(step, LoopStep):
            loop = step.name
        inside = loop is not None and loop in forms
        if inside and isinstance(step, UserStep) and _next_done(steps[position + 1 :]) in (None, loop):
            continue
        if inside and isinstance(step, ActionStep) and step.name == loop and _answers_form(steps[:position]):
            continue
        yield step


def _next_done(steps: tuple[Step, ...]) -> str | None:
    """The action that follows before the next utterance; None where the form simply goes on or ends."""
    for step in steps:
        if isinstance(step, ActionStep):
            return step.name
        if isinstance(step, UserStep) or (isinstance(step, LoopStep) and step.name is None):
            return None
    return None


def _answers_form(before: tuple[Step, ...]) -> bool:
    """Whether the form runs straight after an utterance, so that the pair was left out."""
    for step in reversed(before):
        if isinstance(step, UserStep):
            return True
        if isinstance(step, ActionStep):
            return False
    return False


def _by_last_step(patterns: Iterable[Pattern]) -> Mapping[str, tuple[tuple[Pattern, int], ...]]:
    found: dict[str, list[tuple[Pattern, int]]] = defaultdict(list)
    for pattern in patterns:
        for position in range(1, len(pattern.spots)):
            before: Spot = pattern.spots[position - 1]
            found[before.step.name if isinstance(before.step, ActionStep) else HEARD].append((pattern, position))
    return {key: tuple(positions) for key, positions in found.items()}
