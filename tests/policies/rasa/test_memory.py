from __future__ import annotations

from dialogue.events import ActionExecuted, Event, SlotSet, UserUttered
from dialogue.track import initial_state, track
from nlu.understanding import Need, Understanding
from policies.rasa import Memoization, RasaRules, Recall
from policies.rasa.lessons import story_examples
from policies.rasa.states import Viewer
from tests.policies.talk import domain_of, read_script_text

DOMAIN = domain_of(
    """
version: "3.1"
intents: [greet, buy, thank]
slots:
  name: {type: text, mappings: [{type: custom}]}
  ruled: {type: text, mappings: [{type: custom}]}
responses:
  utter_greet: [{text: 您好}]
  utter_sold: [{text: 好的}]
  utter_thank: [{text: 不客气}]
"""
)
SCRIPT = read_script_text(
    """
rules:
- rule: says a word
  condition: [{slot_was_set: [ruled]}]
  steps: [{intent: thank}, {action: utter_thank}]
stories:
- story: sells
  steps: [{intent: greet}, {action: utter_greet}, {intent: buy}, {action: utter_sold}]
- story: knows the name
  steps: [{intent: buy}, {slot_was_set: [name]}, {action: utter_thank}]
"""
)
LISTEN = ActionExecuted("action_listen", "test")


def said(intent: str) -> UserUttered:
    return UserUttered("……", Understanding("……", (Need(intent, 1.0, (), 0, 0),), ()))


def did(name: str) -> ActionExecuted:
    return ActionExecuted(name, "test")


GREETED: tuple[Event, ...] = (LISTEN, said("greet"), did("utter_greet"), LISTEN)


def decided(*events: Event, forgets: bool = False, max_history: int | None = None) -> str | None:
    viewer = Viewer.of(DOMAIN)
    shown = tuple(story_examples(SCRIPT.stories, viewer))
    ruled = RasaRules.of(SCRIPT.rules, shown, viewer)
    memory = Memoization.of(shown, ruled, SCRIPT.rules, viewer, Recall(max_history, forgets))
    state = initial_state("test", DOMAIN)
    for event in events:
        state = track(state, event)
    decision = memory.decide(state)
    return None if decision is None else decision.action


def test_a_story_is_followed_from_its_beginning() -> None:
    assert decided(*GREETED, said("buy")) == "utter_sold"
    assert decided(*GREETED, *GREETED, said("buy")) is None


def test_with_a_short_history_only_the_last_moments_count() -> None:
    assert decided(*GREETED, *GREETED, said("buy"), max_history=3) == "utter_sold"


def test_what_lies_before_may_be_forgotten_with_the_slots_filled_then() -> None:
    before = (LISTEN, said("thank"), did("utter_thank"), SlotSet("name", "王"))
    assert decided(*before, *GREETED, said("buy")) is None
    assert decided(*before, *GREETED, said("buy"), forgets=True) == "utter_sold"


def test_slots_that_only_rules_speak_of_are_not_seen() -> None:
    assert decided(SlotSet("ruled", "x"), *GREETED, said("buy")) == "utter_sold"
    assert decided(SlotSet("name", "x"), *GREETED, said("buy")) is None
