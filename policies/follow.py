"""A story as the states that it leads through: what is known before each of its actions, and the action.

Nothing is understood, looked up or sent: needs, entities, slots and forms are the story's own, as in Rasa.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product

from dialogue.domain import Domain
from dialogue.events import ActionExecuted, ActiveLoop, Event, SlotSet, UserUttered
from dialogue.script import SET, ActionStep, CheckpointStep, LoopStep, SlotChoice, SlotStep, Step, Story, UserStep
from dialogue.slots import stored_entities
from dialogue.state import ACTION_LISTEN, DialogueState
from dialogue.track import initial_state, track
from dialogue.yaml_file import Place
from nlu.understanding import Entity, Need, Understanding
from policies.policy import Decision

MAX_BRANCHES = 16
"""Ways through the `or` steps of one story that are followed; each is a story of its own."""
FILLED = "filled"
MAX_PATHS = 20_000
"""Stories after joining at checkpoints; more than that is a fault of the stories, and the rest is left out."""


@dataclass(frozen=True, slots=True)
class Point:
    """Where a story wants `action`; `state` is the one before it."""

    state: DialogueState
    action: str
    place: Place


Judge = Callable[[Point], Decision | None]
"""Who decides for the story's action at this point, and why; None: only the story."""


def follow(story: Story, domain: Domain, judge: Judge | None = None) -> Iterator[Point]:
    """Every action of a story after its first utterance or action, action_listen among them, in order."""
    state = initial_state(story.name, domain)
    for event, place in happenings(story, domain):
        if isinstance(event, ActionExecuted) and (state.latest is not None or event.name != ACTION_LISTEN):
            point = Point(state, event.name, place)
            yield point
            decided = judge(point) if judge is not None else None
            by = ("story", story.name) if decided is None else (decided.policy, decided.reason)
            state = track(state, ActionExecuted(event.name, *by))
        else:
            state = track(state, event)


def happenings(story: Story, domain: Domain, ends: bool = True) -> list[tuple[Event, Place]]:
    """A story's steps as events, with what they leave unsaid: the bot listens before each utterance and, where it `ends`, last;
    entities fill slots."""
    events: list[tuple[Event, Place]] = []
    for step in story.steps:
        place = step.place or story.place
        if isinstance(step, UserStep) and not _listens(events):
            events.append((ActionExecuted(ACTION_LISTEN), place))
        events += [(event, place) for event in _happening(step, domain)]
    if ends and not _listens(events) and not (story.steps and isinstance(story.steps[-1], CheckpointStep)):
        last = story.steps[-1].place if story.steps else None
        events.append((ActionExecuted(ACTION_LISTEN), last or story.place))
    return events


def branches(story: Story) -> tuple[Story, ...]:
    """The story once for each way through its `or` steps."""
    choices = [_choices(step) for step in story.steps]
    if all(len(choice) == 1 for choice in choices):
        return (story,)
    return tuple(replace(story, steps=steps) for steps in islice(product(*choices), MAX_BRANCHES))


def without_answers(story: Story, forms: Collection[str]) -> Story:
    """The story without utterances that only answer a running form, as they look when the form runs: it takes them itself."""
    return replace(story, steps=tuple(_outside_forms(story.steps, forms)))


@dataclass(frozen=True, slots=True)
class Segment:
    """What stands between checkpoints. `starts` empty: the beginning of a story; `ends` empty: the end of one."""

    story: Story
    starts: tuple[CheckpointStep, ...]
    steps: tuple[Step, ...]
    ends: tuple[CheckpointStep, ...]


def joined(stories: Sequence[Story]) -> tuple[Story, ...]:
    """Stories with their checkpoints followed, in mid-story, too: what ends with one goes on with all that begins with it."""
    segments = [segment for story in stories for segment in _segments(story)]
    following: dict[str, list[Segment]] = defaultdict(list)
    for segment in segments:
        for start in segment.starts:
            following[start.name].append(segment)
    whole = (
        Story(segment.story.name, steps, segment.story.place)
        for segment in segments
        if not segment.starts
        for steps in _paths(segment, segment.steps, following, ())
    )
    return tuple(islice(whole, MAX_PATHS))


def _segments(story: Story) -> Iterator[Segment]:
    """A story cut at its checkpoints."""
    parts: list[tuple[list[CheckpointStep], list[Step]]] = [([], [])]
    for step in story.steps:
        if not isinstance(step, CheckpointStep):
            parts[-1][1].append(step)
        elif parts[-1][1]:
            parts.append(([step], []))
        else:
            parts[-1][0].append(step)
    for position, (starts, steps) in enumerate(parts):
        if steps:
            ends = parts[position + 1][0] if position + 1 < len(parts) else []
            yield Segment(story, tuple(starts), tuple(steps), tuple(ends))


def _paths(
    segment: Segment, steps: tuple[Step, ...], following: Mapping[str, list[Segment]], seen: tuple[str, ...]
) -> Iterator[tuple[Step, ...]]:
    """All ways on from this segment, of which `steps` lead to its end; a checkpoint is passed once in each."""
    if not segment.ends:
        yield steps
    for end in segment.ends:
        ways_on = [] if end.name in seen else [one for one in following.get(end.name, ()) if _may_follow(one, end.name, steps)]
        if not ways_on:
            yield (*steps, end)
        for one in ways_on:
            yield from _paths(one, (*steps, *one.steps), following, (*seen, end.name))


def _may_follow(segment: Segment, checkpoint: str, steps: tuple[Step, ...]) -> bool:
    """Whether the slots are as the checkpoint wants them, by what the steps before say of them."""
    known: dict[str, object] = {}
    for step in steps:
        if isinstance(step, SlotStep):
            known |= step.values
    wanted = [start.slots for start in segment.starts if start.name == checkpoint]
    return any(all(known.get(slot) == value for slot, value in slots.items()) for slots in wanted)


def _outside_forms(steps: tuple[Step, ...], forms: Collection[str]) -> Iterator[Step]:
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


def _choices(step: Step) -> Sequence[Step]:
    if isinstance(step, UserStep) and len(step.alternatives) > 1:
        return [replace(step, alternatives=(alternative,)) for alternative in step.alternatives]
    return step.choices if isinstance(step, SlotChoice) else [step]


def _listens(events: Sequence[tuple[Event, Place]]) -> bool:
    last = events[-1][0] if events else None
    return isinstance(last, ActionExecuted) and last.name == ACTION_LISTEN


def _happening(step: Step, domain: Domain) -> Iterator[Event]:
    match step:
        case UserStep():
            heard = said(step)
            yield heard
            yield from stored_entities(domain, heard.understanding.entities)
        case SlotStep(values):
            yield from (SlotSet(name, _value(domain, name) if value is SET else value) for name, value in values.items())
        case LoopStep(name):
            yield ActiveLoop(name)
        case ActionStep(name):
            yield ActionExecuted(name)
        case _:
            pass


def said(step: UserStep) -> UserUttered:
    """The utterance as the story labels it; Rasa leaves out what `entities` says where there is a text."""
    text = step.text or ""
    entities = step.annotated if step.text is not None else tuple(_entities(step))
    intents = step.alternatives[0] if step.alternatives else ("",)  # a text without an intent is not the same as nlu_fallback
    needs = tuple(Need(intent, 1.0, entities, 0, len(text)) for intent in intents)
    return UserUttered(text or "...", Understanding(text, needs, entities, 1.0))


def _entities(step: UserStep) -> Iterator[Entity]:
    marks = step.marks or ((None, None),) * len(step.entities)
    for (name, value), (role, group) in zip(step.entities, marks, strict=True):
        kept = value if isinstance(value, (str, int, float)) else ""
        yield Entity(name, kept, str(kept), 0, 0, "story", role=role, group=group)


def _value(domain: Domain, name: str) -> object:
    """The value that `- name` stands for: 'filled' for texts and lists; other slots count as empty then."""
    slot = domain.slots.get(name)
    kinds: dict[str, object] = {"text": FILLED, "list": [FILLED]}
    return FILLED if slot is None else kinds.get(slot.type)


def ways(stories: Iterable[Story]) -> Iterator[Story]:
    """All stories with their checkpoints joined and their `or` steps taken apart."""
    for story in joined(tuple(stories)):
        yield from branches(story)


def lessons(stories: Iterable[Story], domain: Domain) -> Iterator[tuple[Story, tuple[Point, ...]]]:
    """What stories teach: each as written and, where it tells what was answered to a form, as it goes when the form runs."""
    for story in ways(stories):
        yield story, tuple(follow(story, domain))
        shorter = without_answers(story, domain.forms)
        if shorter.steps != story.steps:
            yield story, tuple(follow(shorter, domain))
