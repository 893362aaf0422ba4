from __future__ import annotations

from pathlib import Path

import pytest

from tests.policies.talk import Talk, domain_of, read_script_text, sets

DOMAIN = domain_of(
    """
intents: [greet, price, why, discount, affirm, deny, chitchat, trial]
entities: [region, product]
slots:
  quoted: {type: text, mappings: [{type: custom}]}
  known: {type: bool, mappings: [{type: custom}]}
  region: {type: text, mappings: [{type: from_entity, entity: region}]}
responses: {utter_greet: [{text: 您好}], utter_menu: [{text: 您想了解什么}], utter_price: [{text: 一百元}], utter_a: [{text: 甲}],
            utter_b: [{text: 乙}], utter_both: [{text: 都有}], utter_trial: [{text: 可以试用}], utter_offer: [{text: 要试试吗}]}
actions: [action_check, action_quote]
"""
)


def talk(rules: str, **events: object) -> Talk:
    script = read_script_text(f"rules:\n{rules}")
    assert not script.faults, [str(fault) for fault in script.faults]
    return Talk(DOMAIN, script, events)  # type: ignore[arg-type]


PRICE = """
- rule: price
  steps:
  - intent: price
  - action: action_quote
  - action: utter_price
"""


def test_a_rule_runs_its_actions_in_order_then_listens() -> None:
    assert talk(PRICE).says("price") == ["action_quote", "utter_price"]


def test_a_decision_names_the_rule_and_its_line() -> None:
    conversation = talk(PRICE)
    conversation.says("price")
    assert [(action.policy, action.reason) for action in conversation.decided] == [("rules", "rule 'price' rules.yml:3")] * 2


def test_a_rule_fires_in_every_turn() -> None:
    conversation = talk(PRICE)
    assert conversation.says("price") == conversation.says("price") == ["action_quote", "utter_price"]


CONDITIONED = """
- rule: price, nothing quoted
  condition:
  - slot_was_set:
    - quoted: null
  steps:
  - intent: price
  - action: action_quote
  - action: utter_a
- rule: price, quoted
  condition:
  - slot_was_set:
    - quoted
  steps:
  - intent: price
  - action: utter_b
"""


def test_a_condition_on_an_empty_slot_and_on_any_value() -> None:
    conversation = talk(CONDITIONED, action_quote=sets(quoted="cs-1"))
    assert conversation.says("price") == ["action_quote", "utter_a"], "a rule goes on though its own action broke its condition"
    assert conversation.says("price") == ["utter_b"]


BRANCH = """
- rule: known
  steps:
  - intent: price
  - action: action_check
  - slot_was_set: [known: true]
  - action: utter_a
- rule: unknown
  steps:
  - intent: price
  - action: action_check
  - slot_was_set: [known: false]
  - action: utter_b
"""


@pytest.mark.parametrize(("known", "said"), [(True, "utter_a"), (False, "utter_b")])
def test_rules_part_after_an_action_by_what_it_found(known: bool, said: str) -> None:
    assert talk(BRANCH, action_check=sets(known=known)).says("price") == ["action_check", said]


def test_the_rule_that_asks_for_more_wins() -> None:
    rules = """
- rule: general
  steps: [{intent: price}, {action: utter_a}]
- rule: in the north
  steps:
  - intent: price
    entities: [region: north]
  - action: utter_b
"""
    assert talk(rules).says("price") == ["utter_a"]
    assert talk(rules).says("price", region="north") == ["utter_b"]
    assert talk(rules).says("price", region="south") == ["utter_a"]


COMPOUND = """
- rule: price
  steps: [{intent: price}, {action: utter_price}]
- rule: trial
  steps: [{intent: trial}, {action: utter_trial}]
- rule: discount
  steps: [{intent: discount}, {action: utter_a}]
- rule: price and trial together
  steps: [{intent: price+trial}, {action: utter_both}]
"""


@pytest.mark.parametrize("said", ["price+trial", "trial+price"])
def test_a_compound_rule_answers_its_needs_in_any_order(said: str) -> None:
    assert talk(COMPOUND).says(said) == ["utter_both"]


def test_other_compound_sentences_are_answered_need_by_need() -> None:
    conversation = talk(COMPOUND)
    assert conversation.says("discount+price") == ["utter_a", "utter_price"]
    assert [action.need for action in conversation.decided] == [0, 1]


def test_a_need_without_a_rule_is_asked_about_once_while_the_others_are_answered() -> None:
    assert talk(COMPOUND).says("price+why+greet") == ["utter_price", "action_ask_again"]


TURNS = """
- rule: offered
  steps: [{intent: price}, {action: utter_offer}]
- rule: accepted
  steps:
  - action: utter_offer
  - intent: affirm
  - action: utter_trial
- rule: yes
  steps: [{intent: affirm}, {action: utter_a}]
"""


def test_a_rule_that_begins_with_an_action_looks_at_the_turn_before() -> None:
    conversation = talk(TURNS)
    assert conversation.says("affirm") == ["utter_a"]
    assert conversation.says("price") == ["utter_offer"]
    assert conversation.says("affirm") == ["utter_trial"]
    assert conversation.says("affirm") == ["utter_a"]


def test_silence_in_between_is_no_part_of_what_rules_follow() -> None:
    conversation = talk(TURNS)
    conversation.says("price")
    conversation.is_silent()
    assert conversation.says("affirm") == ["utter_trial"]


def test_a_rule_that_does_not_wait_goes_on_into_the_next() -> None:
    rules = """
- rule: greet
  wait_for_user_input: false
  steps: [{intent: greet}, {action: utter_greet}]
- rule: menu
  steps: [{action: utter_greet}, {action: utter_menu}]
"""
    assert talk(rules).says("greet") == ["utter_greet", "utter_menu"]


def test_a_rule_for_the_start_of_a_conversation_holds_only_there() -> None:
    rules = """
- rule: first hello
  conversation_start: true
  steps: [{intent: greet}, {action: utter_greet}, {action: utter_menu}]
- rule: hello again
  steps: [{intent: greet}, {action: utter_greet}]
"""
    conversation = talk(rules)
    assert conversation.says("greet") == ["utter_greet", "utter_menu"]
    assert conversation.says("greet") == ["utter_greet"]


def test_before_anything_is_heard_only_a_rule_for_the_start_may_act() -> None:
    rules = """
- rule: opening
  conversation_start: true
  steps: [{action: utter_greet}, {action: utter_menu}]
- rule: afterwards
  steps: [{action: utter_a}, {action: utter_b}]
"""
    conversation = talk(rules)
    assert conversation.ensemble.decide(conversation.state).action == "utter_greet"


def test_a_rule_for_what_was_not_understood_goes_before_the_fallback() -> None:
    rules = """
- rule: not understood
  steps: [{intent: nlu_fallback}, {action: utter_menu}]
"""
    assert talk(rules).says("") == ["utter_menu"]


def test_either_of_several_intents() -> None:
    rules = """
- rule: yes or hello
  steps:
  - or: [{intent: affirm}, {intent: greet}]
  - action: utter_a
"""
    assert talk(rules).says("greet") == talk(rules).says("affirm") == ["utter_a"]
    assert talk(rules).says("deny") == ["action_ask_again"]


def test_rules_in_a_circle_are_cut_off_by_the_turn() -> None:
    rules = """
- rule: start
  wait_for_user_input: false
  steps: [{intent: greet}, {action: utter_a}]
- rule: there
  wait_for_user_input: false
  steps: [{action: utter_a}, {action: utter_b}]
- rule: back
  wait_for_user_input: false
  steps: [{action: utter_b}, {action: utter_a}]
"""
    assert len(talk(rules).says("greet")) == 20


def test_the_place_of_a_rule_is_its_own_file() -> None:
    script = read_script_text(f"rules:\n{PRICE}", "more/prices.yml")
    assert script.rules[0].place.file == Path("more/prices.yml")
