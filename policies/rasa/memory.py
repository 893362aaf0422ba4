"""Stories learnt by heart to the letter of Rasa's MemoizationPolicy and AugmentedMemoizationPolicy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from dialogue.scene import LISTEN, Frame
from dialogue.script import Rule
from dialogue.state import DialogueState, SlotValue
from policies.policy import Decision
from policies.rasa.lessons import Shown, rule_examples
from policies.rasa.rules import RasaRules, Written
from policies.rasa.states import State, Viewer

NAME = "stories"
Key = tuple[State, ...]
Slots = Mapping[str, SlotValue]


@dataclass(frozen=True, slots=True)
class Recall:
    """How far back stories must fit; `forgets`: the conversation may be looked at as if it had begun later."""

    max_history: int | None = None
    forgets: bool = False


@dataclass(frozen=True, slots=True)
class Remembered:
    """What an example did, and where it is written."""

    action: str
    source: str


@dataclass(frozen=True, slots=True)
class Memoization:
    """Does what the example did whose last `max_history` states (None: all) are those of the conversation.

    `forgets`: where there is none, the conversation is looked at as if it had begun later and later.
    """

    viewer: Viewer
    memory: Mapping[Key, Remembered]
    max_history: int | None
    forgets: bool
    longest: int
    """States in the longest key: longer conversations are in no memory."""
    unseen: frozenset[Written] = frozenset()
    """What rules do that no story shows: stories go on as if it had not been done."""

    @classmethod
    def of(
        cls, shown: Sequence[Shown], ruled: RasaRules | None, rules: Iterable[Rule], viewer: Viewer, options: Recall
    ) -> Memoization:
        memory: dict[Key, Remembered | None] = {}
        for example in (one for story in shown for one in story):
            key = example.states[-(options.max_history or 0) :]
            known = memory.setdefault(key, Remembered(example.action, example.source))
            if known is not None and known.action != example.action:
                memory[key] = None
        hidden = _only_in_rules(rules, viewer, (example.states for story in shown for example in story[-1:]))
        kept = {key: found for key, found in memory.items() if found is not None}
        longest = max((len(key) for key in kept), default=0)
        seen = replace(viewer, hidden_slots=hidden[0], hidden_loops=hidden[1])
        unseen = frozenset() if ruled is None else ruled.written() - _shown(ruled, shown)
        return cls(seen, kept, options.max_history, options.forgets, longest, unseen)

    def decide(self, state: DialogueState) -> Decision | None:
        if not self.memory:
            return None
        for frames in self._views(state):
            latest = _as_stories_go(frames, self.unseen)[-(self.max_history or 0) :]
            found = self.memory.get(tuple(self.viewer.view(frame) for frame in latest)) if len(latest) <= self.longest else None
            if found is not None:
                return Decision(found.action, NAME, found.source)
        return None

    def _views(self, state: DialogueState) -> Iterator[Sequence[Frame]]:
        frames = state.scene.frames(state.slots, state.active_loop)
        yield frames
        begin = _trimmed(frames, self.max_history)
        if self.max_history is None and not self.unseen:
            begin = max(begin, len(frames) + 1 - self.longest)
        for start in range(begin, len(frames)) if self.forgets else ():
            yield _begun_later(frames, start, state.initial_slots)


def _trimmed(frames: Sequence[Frame], max_history: int | None) -> int:
    """The first frame after an action at which the conversation may begin: the last listening before `max_history` actions."""
    if max_history:
        for at in range(len(frames) - 1 - max_history, 0, -1):
            if frames[at].last == LISTEN:
                return at
    return 1


def _begun_later(frames: Sequence[Frame], start: int, initial: Mapping[str, SlotValue]) -> tuple[Frame, ...]:
    """The frames from `start` on, the action before it being the first; what was said, known and begun before is forgotten."""
    before = frames[start - 1]
    kept: list[Frame] = [Frame(slots=initial)]
    spoken = False
    for frame in frames[start:]:
        spoken = spoken or frame.last == LISTEN
        kept.append(
            Frame(
                frame.needs if spoken else (),
                frame.entities if spoken else (),
                frame.last,
                _since(frame.slots, before.slots, initial),
                None if frame.loops == before.loops else frame.loop,
            )
        )
    return tuple(kept)


def _since(
    slots: Mapping[str, SlotValue], before: Mapping[str, SlotValue], initial: Mapping[str, SlotValue]
) -> dict[str, SlotValue]:
    """The slots filled since, beside the initial ones that were not emptied since."""
    new = {name: value for name, value in slots.items() if before.get(name) is not value}
    left = {name: value for name, value in initial.items() if name in slots or name not in before}
    return {**left, **new}


def _as_stories_go(frames: Sequence[Frame], unseen: frozenset[Written]) -> Sequence[Frame]:
    """The frames without the turns that only rules have: what was done and heard before them stands in their place."""
    if not unseen:
        return frames
    kept: list[Frame] = []
    last, hidden = "", False
    for position, frame in enumerate(frames):
        if not hidden:
            last = frame.last
        if frame.last != frame.loop or not frame.loop:
            following = frames[position + 1].last if position + 1 < len(frames) else None
            hidden = following is not None and (frame.by, following) in unseen
        if hidden:
            continue
        if frame.last != LISTEN and kept and (frame.needs, frame.entities) != (kept[-1].needs, kept[-1].entities):
            frame = replace(frame, needs=kept[-1].needs, entities=kept[-1].entities)  # noqa: PLW2901
        kept.append(frame if frame.last == last else replace(frame, last=last))
    return kept


def _shown(ruled: RasaRules, stories: Iterable[Shown]) -> frozenset[Written]:
    """What the rules would do that stories show as well."""
    found = set()
    for example in (one for story in stories for one in story):
        decision = ruled.going_by(example)
        if decision is not None and decision.action == example.action:
            found.add((decision.reason, decision.action))
    return frozenset(found)


def _only_in_rules(rules: Iterable[Rule], viewer: Viewer, stories: Iterable[Key]) -> tuple[frozenset[str], frozenset[str]]:
    """Slots and forms that rules speak of and no story does; stories are told without them."""
    in_stories = [state for states in stories for state in states]
    in_rules = [state for example in rule_examples(rules, viewer) for state in example.states]
    slots = {name for state in in_rules for name, _ in state.slots} - {name for state in in_stories for name, _ in state.slots}
    loops = {state.loop for state in in_rules} - {state.loop for state in in_stories} - {""}
    return frozenset(slots), frozenset(loops)
