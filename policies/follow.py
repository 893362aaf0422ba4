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


def joined(stories: Sequence[Story]) -> tuple[Story, ...]:
    """Stories with their checkpoints followed: each that ends with one goes on with each that begins with it."""
    following: dict[str, list[Story]] = defaultdict(list)
    for story in stories:
        if story.steps and isinstance(story.steps[0], CheckpointStep):
            following[story.steps[0].name].append(story)
    whole = (
        Story(story.name, steps, story.place)
        for story in stories
        if not (story.steps and isinstance(story.steps[0], CheckpointStep))
        for steps in _paths(story.steps, following, ())
    )
    return tuple(islice(whole, MAX_PATHS))


def _paths(steps: tuple[Step, ...], following: Mapping[str, list[Story]], seen: tuple[str, ...]) -> Iterator[tuple[Step, ...]]:
    last = steps[-1] if steps else None
    if not isinstance(last, CheckpointStep) or last.name in seen or not following.get(last.name):
        yield steps
        return
    for story in following[last.name]:
        yield from _paths((*steps[:-1], *story.steps[1:]), following, (*seen, last.name))


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
            said = _said(step)
            yield said
            yield from stored_entities(domain, said.understanding.entities)
        case SlotStep(values):
            yield from (SlotSet(name, _value(domain, name) if value is SET else value) for name, value in values.items())
        case LoopStep(name):
            yield ActiveLoop(name)
        case ActionStep(name):
            yield ActionExecuted(name)
        case _:
            pass


def _said(step: UserStep) -> UserUttered:
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
