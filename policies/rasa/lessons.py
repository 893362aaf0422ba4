"""Rules and stories as the examples that Rasa trains its policies on: the states before an action, and the action."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from dialogue.domain import Domain
from dialogue.events import ActionExecuted, ActiveLoop, Event, SlotSet, UserUttered
from dialogue.scene import labels
from dialogue.script import NOT_UNDERSTOOD, ActionStep, Rule, SlotStep, Story
from dialogue.yaml_file import Place
from policies.features import intent_of
from policies.follow import branches, happenings, ways
from policies.rasa.states import NOT_SET, State, Viewer

SNIPPET = "..."
"""Stands where a rule leaves open what went before, or what comes after (`wait_for_user_input: false`)."""


@dataclass(frozen=True, slots=True)
class Example:
    """What is done after these states (the first is the beginning), and where that is written."""

    states: tuple[State, ...]
    action: str
    source: str


Shown = tuple[Example, ...]
"""The examples of one story."""


def told(name: str, place: Place, kind: str) -> str:
    """How a decision names what it follows."""
    return f"{kind} '{name}' {place.file.name}:{place.line}"


def rule_examples(rules: Iterable[Rule], viewer: Viewer) -> Iterator[Example]:
    """Every action of the rules but the open ends; slots that the rule does not name are left out."""
    for rule in rules:
        source = told(rule.name, rule.place, "rule")
        for way in branches(Story(rule.name, rule.steps, rule.place)):
            events = _rule_events(rule, way, viewer.domain)
            first = next((event for event in events if isinstance(event, (ActionExecuted, UserUttered))), None)
            states = _states(events, viewer, initial=False)
            for number, event in enumerate(event for event in events if isinstance(event, ActionExecuted)):
                if event.name != SNIPPET and not (event is first and rule.conversation_start):
                    seen = _since_snippet(states[: number + 1])
                    if seen:
                        yield Example(seen, event.name, source)


def story_examples(stories: Iterable[Story], viewer: Viewer) -> Iterator[Shown]:
    """The examples of each story. Turns that only answer a form are in the states but not among the actions, as in Rasa."""
    for story in ways(stories):
        events = [event for event, _ in happenings(story, viewer.domain)]
        states = _states(events, viewer, initial=True)
        first = next((event for event in events if isinstance(event, (ActionExecuted, UserUttered))), None)
        opens = first if story.steps and _acts_first(story) else None
        acted = [event for event in applied(events) if isinstance(event, ActionExecuted)]
        source = told(story.name, story.place, "story")
        yield tuple(Example(states[: number + 1], event.name, source) for number, event in enumerate(acted) if event is not opens)


def applied(events: Sequence[Event]) -> list[Event]:
    """What counts of these events: a form that runs again after an answer takes back the turn in between."""
    loops = {event.name for event in events if isinstance(event, ActiveLoop) and event.name}
    if not loops:
        return list(events)
    kept: list[Event] = []
    for event in events:
        if isinstance(event, ActionExecuted) and event.name in loops and not _counts(event.name, kept):
            _take_back(event.name, kept)
        else:
            kept.append(event)
    return kept


def _counts(form: str, before: Sequence[Event]) -> bool:
    """Whether a form begins here, or something else was done since it ran, so that this is a turn of its own."""
    following: str | None = None
    for event in reversed(before):
        match event:
            case ActiveLoop(None):
                return True
            case UserUttered() if following is not None and following != form:
                return True
            case ActionExecuted(name):
                if name == form:
                    return False
                following = name
            case _:
                pass
    return True


def _take_back(form: str, kept: list[Event]) -> None:
    for at in range(len(kept) - 1, -1, -1):
        event = kept[at]
        if isinstance(event, ActionExecuted) and event.name == form:
            return
        if isinstance(event, (ActionExecuted, UserUttered)):
            del kept[at]


def _states(events: Iterable[Event], viewer: Viewer, initial: bool) -> tuple[State, ...]:
    """The state before each action, and the last. `initial`: the slots' initial values count, too."""
    domain = viewer.domain
    slots = {slot.name: slot.initial_value for slot in domain.slots.values() if slot.initial_value is not None and initial}
    states = [State(slots=viewer.slots(slots))]
    for event in events:
        now = states[-1]
        match event:
            case ActionExecuted(name):
                states.append(State(now.intent, now.entities, name, now.slots, now.loop))
            case UserUttered(understanding=heard):
                needs = tuple(need.intent for need in heard.needs) or (NOT_UNDERSTOOD,)
                found = viewer.entities(needs, labels(heard.entities))
                states[-1] = State(intent_of(needs), found, now.action, now.slots, now.loop)
            case SlotSet(name, value):
                slots[name] = value
                states[-1] = State(now.intent, now.entities, now.action, viewer.slots(slots), now.loop)
            case ActiveLoop(name):
                states[-1] = State(now.intent, now.entities, now.action, now.slots, name or "")
            case _:
                pass
    return tuple(states)


def _rule_events(rule: Rule, way: Story, domain: Domain) -> list[Event]:
    """A rule's events: its conditions, the open beginning, its steps, an open end where it does not wait."""
    condition = [event for event, _ in happenings(Story(rule.name, rule.condition, rule.place), domain, ends=False)]
    opening = [] if rule.conversation_start else [ActionExecuted(SNIPPET)]
    events: list[Event] = [*condition, *opening]
    ending = (ActionStep(SNIPPET, rule.place),) if not rule.waits else ()
    events += [event for event, _ in happenings(Story(rule.name, (*way.steps, *ending), rule.place), domain)]
    return applied([_never(event) for event in events])


def _never(event: Event) -> Event:
    """`null` in a rule forbids a value, instead of asking for nothing."""
    match event:
        case SlotSet(name, None):
            return SlotSet(name, NOT_SET)
        case ActiveLoop(None):
            return ActiveLoop(NOT_SET)
        case _:
            return event


def _since_snippet(states: Sequence[State]) -> tuple[State, ...]:
    seen = len(states)
    while seen and states[seen - 1].action != SNIPPET:
        seen -= 1
    return tuple(states[seen:])


def _acts_first(story: Story) -> bool:
    return isinstance(next((step for step in story.steps if not isinstance(step, SlotStep)), None), ActionStep)
