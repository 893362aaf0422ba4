"""Stories, learnt by heart: what was done in the example that looked just like this."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from dialogue.domain import Domain
from dialogue.scene import LISTEN, Frame
from dialogue.script import Story
from dialogue.state import DialogueState, SlotValue
from policies.features import SET, Features, Featurizer
from policies.follow import Point, lessons
from policies.policy import Decision
from policies.trail import led_nowhere

NAME = "stories"
Key = tuple[Features, ...]
LOOKED_AT = 40
"""Frames looked at where `max_history` sets no limit."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What an example did: the action, and the story for the reason."""

    action: str
    reason: str


@dataclass(frozen=True, slots=True)
class Loose:
    """A memory, and the slots that must be filled in each frame; None: examples contradict each other here."""

    filled: Key
    memory: Memory | None


@dataclass(frozen=True, slots=True)
class StoryPolicy:
    """Finds the example whose last `max_history` frames are those of the conversation (Rasa's MemoizationPolicy).

    `forgets`: where none is, the beginning of what is looked at is forgotten bit by bit, slots filled then included
    (AugmentedMemoizationPolicy).
    """

    featurizer: Featurizer
    exact: Mapping[Key, Memory]
    loose: Mapping[Key, tuple[Loose, ...]]
    """By what is left of the features without entities and without the slots of which only counts that they are filled."""
    max_history: int | None
    """None: everything since the beginning."""
    forgets: bool = True

    @classmethod
    def of(cls, stories: Iterable[Story], domain: Domain, max_history: int | None, forgets: bool = True) -> StoryPolicy:
        featurizer = Featurizer.of(domain)
        exact: dict[Key, Memory | None] = {}
        loose: dict[Key, dict[Key, Memory | None]] = {}
        for story, points in lessons(stories, domain):
            reason = f"story '{story.name}' {story.place.file.name}:{story.place.line}"
            for key, action in keys(featurizer, points, max_history):
                _learn(exact, key, Memory(action, reason))
                _learn(loose.setdefault(_bare(key), {}), _filled(key), Memory(action, reason))
        return cls(
            featurizer,
            {key: memory for key, memory in exact.items() if memory is not None},
            {key: tuple(Loose(filled, memory) for filled, memory in found.items()) for key, found in loose.items()},
            max_history,
            forgets,
        )

    def decide(self, state: DialogueState) -> Decision | None:
        if state.latest is None or not self.exact or led_nowhere(state):
            return None
        views = [tuple(self.featurizer.features(frame) for frame in frames) for frames in self._views(state)]
        exact = (self.exact.get(view) for view in views)
        loose = (self._loosely(view) for view in views)
        memory = next((found for found in (*exact, *loose) if found is not None), None)
        return None if memory is None else Decision(memory.action, NAME, memory.reason)

    def _loosely(self, view: Key) -> Memory | None:
        """What was done where less was known: entities don't matter then, nor slots filled beside those of the story."""
        known = [set(features) for features in view]
        fitting = [
            one
            for one in self.loose.get(_bare(view), ())
            if all(have.issuperset(wanted) for have, wanted in zip(known, one.filled, strict=True))
        ]
        return max(fitting, key=lambda one: sum(map(len, one.filled))).memory if fitting else None

    def _views(self, state: DialogueState) -> Iterator[tuple[Frame, ...]]:
        """The last frames; then, utterance by utterance, what is left when the first is forgotten."""
        frames = state.scene.frames(state.slots, state.active_loop)[-(self.max_history or LOOKED_AT) :]
        yield frames
        for start in range(1, len(frames)) if self.forgets else ():
            if frames[start].last == LISTEN:
                yield _without_before(frames, start, state.initial_slots)


def _without_before(frames: tuple[Frame, ...], start: int, initial: Mapping[str, SlotValue]) -> tuple[Frame, ...]:
    """The frames from `start` on as if the conversation began there, with the slots filled since."""
    before = frames[start - 1]
    kept = [
        replace(
            frame,
            slots={**initial, **{name: value for name, value in frame.slots.items() if before.slots.get(name) is not value}},
            loop=None if frame.loops == before.loops else frame.loop,
        )
        for frame in frames[start:]
    ]
    return (Frame(slots=initial), *kept)


def _learn(memories: dict[Key, Memory | None], key: Key, memory: Memory) -> None:
    """Where two examples do different things, neither counts, as in Rasa."""
    known = memories.setdefault(key, memory)
    if known is not None and known.action != memory.action:
        memories[key] = None


def _bare(key: Key) -> Key:
    return tuple(tuple(one for one in features if one[0] != "entity" and one[1] != SET) for features in key)


def _filled(key: Key) -> Key:
    return tuple(tuple(one for one in features if one[0] != "entity" and one[1] == SET) for features in key)


def keys(featurizer: Featurizer, points: Iterable[Point], max_history: int | None) -> Iterator[tuple[Key, str]]:
    """Each action of a story with the features of the frames before it."""
    cache: dict[int, tuple[Frame, Features]] = {}

    def read(frame: Frame) -> Features:
        known = cache.get(id(frame))
        if known is None or known[0] is not frame:
            known = cache[id(frame)] = (frame, featurizer.features(frame))
        return known[1]

    for point in points:
        frames = point.state.scene.frames(point.state.slots, point.state.active_loop)[-(max_history or LOOKED_AT) :]
        yield tuple(read(frame) for frame in frames), point.action
