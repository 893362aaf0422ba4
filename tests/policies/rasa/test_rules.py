from __future__ import annotations

import pytest

from dialogue.events import ActionExecuted, ActionRejected, ActiveLoop, Event, SlotSet, UserUttered
from dialogue.track import initial_state, track
from nlu.understanding import Entity, Need, Understanding
from policies.rasa import RasaRules
from policies.rasa.lessons import story_examples
from policies.rasa.states import Viewer
from tests.policies.talk import domain_of, read_script_text

DOMAIN = domain_of(
    """
version: "3.1"
intents: [order, why, stop, greet, weather]
entities: [city]
slots:
  city: {type: text, mappings: [{type: from_entity, entity: city}]}
  vip: {type: bool, mappings: [{type: custom}]}
forms: {order_form: {required_slots: [city]}}
responses:
  utter_why: [{text: 因为}]
  utter_greet: [{text: 您好}]
  utter_vip: [{text: 贵宾您好}]
  utter_weather: [{text: 晴}]
  utter_city: [{text: 那边晴}]
  utter_done: [{text: 好了}]
  utter_more: [{text: 还有吗}]
"""
)
SCRIPT = read_script_text(
    """
rules:
- rule: begins
  steps: [{intent: order}, {action: order_form}, {active_loop: order_form}]
- rule: ends
  condition: [{active_loop: order_form}]
  steps: [{action: order_form}, {active_loop: null}, {action: utter_done}]
- rule: why
  steps: [{intent: why}, {action: utter_why}]
- rule: stays away
  condition: [{active_loop: order_form}]
  steps: [{intent: stop}, {action: utter_more}]
- rule: hello
  conversation_start: true
  steps: [{intent: greet}, {action: utter_greet}]
- rule: hello again
  condition: [{slot_was_set: [{vip: true}]}]
  steps: [{intent: greet}, {action: utter_vip}]
- rule: weather
  steps: [{intent: weather}, {action: utter_weather}]
- rule: weather somewhere
  steps: [{intent: weather, entities: [city]}, {action: utter_city}]
stories:
- story: leaves
  steps: [{intent: order}, {action: order_form}, {active_loop: order_form}, {intent: stop}, {action: utter_more}, {intent: greet}]
"""
)
VIEWER = Viewer.of(DOMAIN)
RULES = RasaRules.of(SCRIPT.rules, tuple(story_examples(SCRIPT.stories, VIEWER)), VIEWER)


def said(intent: str, *entities: str) -> UserUttered:
    found = tuple(Entity(name, "x", "x", 0, 0) for name in entities)
    return UserUttered("……", Understanding("……", (Need(intent, 1.0, found, 0, 0),), found))


def did(name: str) -> ActionExecuted:
    return ActionExecuted(name, "test")


LISTEN = did("action_listen")
IN_FORM: tuple[Event, ...] = (LISTEN, said("order"), did("order_form"), ActiveLoop("order_form"), LISTEN)


def decided(*events: Event) -> str | None:
    state = initial_state("test", DOMAIN)
    for event in events:
        state = track(state, event)
    decision = RULES.decide(state)
    return None if decision is None else decision.action


@pytest.mark.parametrize(
    ("events", "action"),
    [
        ((LISTEN, said("order")), "order_form"),
        ((LISTEN, said("why"), did("utter_why")), "action_listen"),
        ((LISTEN, said("why"), did("utter_more")), None),
        ((LISTEN, said("weather", "city"), SlotSet("city", "x")), "utter_city"),
        ((LISTEN, said("greet")), "utter_greet"),
        ((LISTEN, said("why"), did("utter_why"), LISTEN, said("greet")), None),
        ((LISTEN, said("why"), did("utter_why"), LISTEN, SlotSet("vip", True), said("greet")), "utter_vip"),
    ],
)
def test_a_rule_decides_where_its_moments_are_the_last_ones(events: tuple[Event, ...], action: str | None) -> None:
    assert decided(*events) == action


def test_the_form_takes_what_is_said_and_waits_after_its_question() -> None:
    assert decided(*IN_FORM[:-1]) == "action_listen"
    assert decided(*IN_FORM, said("why")) == "order_form"


def test_a_form_that_refused_lets_rules_answer_and_asks_again() -> None:
    refused = (*IN_FORM, said("why"), ActionRejected("order_form"))
    assert decided(*refused) == "utter_why"
    assert decided(*refused, did("utter_why")) == "order_form"
    assert decided(*refused, did("utter_why"), did("order_form")) == "action_listen"


def test_a_form_that_refused_does_not_take_the_next_utterance_before_it_ran_again() -> None:
    refused = (*IN_FORM, said("why"), ActionRejected("order_form"), did("utter_why"), LISTEN)
    assert decided(*refused, said("weather")) == "utter_weather"


def test_the_rule_for_the_end_of_a_form_follows_when_it_is_over() -> None:
    ended = (*IN_FORM, said("order", "city"), did("order_form"), ActiveLoop(None))
    assert decided(*ended) == "utter_done"
    assert decided(*ended, did("utter_done")) == "action_listen"


def test_a_decision_names_its_rule() -> None:
    state = initial_state("test", DOMAIN)
    for event in (LISTEN, said("weather")):
        state = track(state, event)
    decision = RULES.decide(state)
    assert decision is not None
    assert decision.reason == "rule 'weather' rules.yml:19"
