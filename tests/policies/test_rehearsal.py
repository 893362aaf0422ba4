from __future__ import annotations

from policies.ensemble import Ensemble
from policies.options import PolicyOptions
from policies.rehearsal import rehearse
from tests.policies.talk import domain_of, read_script_text

DOMAIN = domain_of(
    """
version: "3.1"
intents: [greet, order, inform, why, stop, thank, faq]
entities: [city]
slots:
  city: {type: text, mappings: [{type: from_entity, entity: city}]}
  day: {type: text, mappings: [{type: from_text, conditions: [{active_loop: order_form, requested_slot: day}]}]}
  found: {type: bool, mappings: [{type: custom}]}
forms: {order_form: {required_slots: [city, day]}}
responses:
  utter_greet: [{text: 您好}]
  utter_why: [{text: 因为}]
  utter_stopped: [{text: 好的}]
  utter_found: [{text: 有}]
  utter_none: [{text: 没有}]
  utter_ask_city: [{text: 哪个城市}]
  utter_ask_day: [{text: 哪天}]
  utter_faq/price: [{text: 一百}]
actions: [action_search, utter_faq]
"""
)
SCRIPT = read_script_text(
    """
rules:
- rule: begins
  steps: [{intent: order}, {action: order_form}, {active_loop: order_form}]
- rule: ends
  wait_for_user_input: false
  condition: [{active_loop: order_form}]
  steps: [{action: order_form}, {active_loop: null}, {slot_was_set: [{requested_slot: null}]}, {action: action_search}]
- rule: why
  condition: [{active_loop: order_form}]
  steps: [{intent: why}, {action: utter_why}, {action: order_form}]
- rule: stops
  condition: [{active_loop: order_form}]
  steps: [{intent: stop}, {action: action_deactivate_loop}, {active_loop: null}, {action: utter_stopped}]
- rule: found
  condition: [{slot_was_set: [{found: true}]}]
  steps: [{action: action_search}, {action: utter_found}]
- rule: not found
  condition: [{slot_was_set: [{found: false}]}]
  steps: [{action: action_search}, {action: utter_none}]
- rule: faq
  steps: [{intent: faq}, {action: utter_faq}]
- rule: greeting
  steps: [{or: [{intent: greet}, {intent: thank}]}, {action: utter_greet}]
"""
)
ENSEMBLE = Ensemble.build(DOMAIN, SCRIPT.rules, SCRIPT.stories, PolicyOptions(plain=True, ask_again="action_default_fallback"))


def differences(steps: str) -> list[tuple[str, str]]:
    """What each wrong step wants and what the bot would do."""
    stories = read_script_text(f"stories:\n- story: test\n  steps:\n{steps}", "test_stories.yml")
    assert not stories.faults, [str(fault) for fault in stories.faults]
    return [
        (one.wanted, one.decision.action)
        for _, all_of in rehearse(ENSEMBLE, DOMAIN, stories.stories)
        for one in all_of
        if not one.right
    ]


FORM = """
  - intent: order
  - action: order_form
  - active_loop: order_form
  - slot_was_set: [requested_slot: city]
"""


def test_a_form_runs_on_the_storys_own_slots() -> None:
    assert not differences(
        FORM
        + """
  - user: "[杭州](city)"
    intent: inform
  - action: order_form
  - slot_was_set: [requested_slot: day]
  - user: 明天
    intent: inform
  - action: order_form
  - slot_was_set: [{day: 明天}, {requested_slot: null}]
  - active_loop: null
  - action: action_search
  - slot_was_set: [found: true]
  - action: utter_found
"""
    )


LOST = ("action_listen", "action_default_fallback")
"""After a wrong step no rule is in progress any more."""


def test_the_events_of_a_custom_action_are_the_storys() -> None:
    steps = FORM + "  - active_loop: null\n  - slot_was_set: [requested_slot: null]\n  - action: action_search\n"
    steps += "  - slot_was_set: [found: false]\n"
    assert not differences(steps + "  - action: utter_none\n")
    assert differences(steps + "  - action: utter_found\n") == [("utter_found", "utter_none"), LOST]


def test_a_question_inside_a_form_is_answered_and_the_form_asks_again() -> None:
    assert not differences(FORM + "  - intent: why\n  - action: utter_why\n  - action: order_form\n")


def test_a_form_can_be_left() -> None:
    assert not differences(
        FORM + "  - intent: stop\n  - action: action_deactivate_loop\n  - active_loop: null\n  - action: utter_stopped\n"
    )


def test_a_step_that_no_rule_wants_is_told_with_what_the_bot_would_do() -> None:
    assert differences("  - intent: greet\n  - action: utter_why\n") == [("utter_why", "utter_greet"), LOST]


def test_what_is_not_covered_is_for_the_fallback() -> None:
    assert differences("  - intent: inform\n  - action: action_default_fallback\n") == [LOST]


def test_each_way_through_an_or_is_rehearsed() -> None:
    steps = "  - or: [{intent: greet}, {intent: inform}]\n  - action: utter_greet\n"
    assert differences(steps) == [("utter_greet", "action_default_fallback"), LOST]


def test_a_retrieval_action_is_named_without_its_answer_as_in_rasa() -> None:
    assert not differences("  - intent: faq/price\n  - action: utter_faq\n")
    assert differences("  - intent: faq/price\n  - action: utter_faq/price\n")[0] == ("utter_faq/price", "utter_faq")
