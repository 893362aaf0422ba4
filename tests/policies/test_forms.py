from __future__ import annotations

import pytest

from tests.policies.talk import Talk, domain_of, read_script_text

DOMAIN = domain_of(
    """
intents: [purchase, contact, price, affirm, deny, human, complaint, chitchat, goodbye]
entities: [contact_name, phone]
slots:
  contact_name: {type: text, mappings: [{type: from_entity, entity: contact_name}]}
  phone: {type: text, mappings: [{type: from_entity, entity: phone}]}
  wants_call:
    type: bool
    mappings:
    - {type: from_intent, intent: affirm, value: true, conditions: [{active_loop: call_form, requested_slot: wants_call}]}
    - {type: from_intent, intent: deny, value: false, conditions: [{active_loop: call_form, requested_slot: wants_call}]}
forms:
  lead_form: {required_slots: [contact_name, phone], ignored_intents: [chitchat]}
  call_form: {required_slots: [wants_call]}
responses:
  utter_ask_lead_form_contact_name: [{text: 贵姓}]
  utter_ask_phone: [{text: 电话}]
  utter_ask_wants_call: [{text: 要回电吗}]
  utter_price: [{text: 一百}]
  utter_no_problem: [{text: 没关系}]
  utter_ok: [{text: 好}]
  utter_sorry: [{text: 抱歉}]
  utter_chitchat: [{text: 哈哈}]
  utter_goodbye: [{text: 再见}]
  utter_still_there: [{text: 在吗}]
actions: [action_record_lead, action_done]
"""
)
RULES = """
rules:
- rule: buy
  steps: [{intent: purchase}, {action: lead_form}, {active_loop: lead_form}]
- rule: contact
  steps: [{intent: contact}, {action: lead_form}, {active_loop: lead_form}]
- rule: complete
  condition: [{active_loop: lead_form}]
  steps:
  - action: lead_form
  - active_loop: null
  - slot_was_set: [requested_slot: null]
  - action: action_record_lead
- rule: rather not
  condition: [{active_loop: lead_form}]
  steps:
  - intent: deny
  - action: action_deactivate_loop
  - active_loop: null
  - action: utter_no_problem
- rule: price
  steps: [{intent: price}, {action: utter_price}]
- rule: small talk
  steps: [{intent: chitchat}, {action: utter_chitchat}]
- rule: 'no'
  steps: [{intent: deny}, {action: utter_ok}]
- rule: unhappy
  steps: [{intent: complaint}, {action: utter_sorry}, {action: action_offer_person}]
- rule: goodbye
  steps: [{intent: goodbye}, {action: utter_goodbye}, {action: action_end_call}]
"""


@pytest.fixture
def talk() -> Talk:
    script = read_script_text(RULES)
    assert not script.faults, [str(fault) for fault in script.faults]
    return Talk(DOMAIN, script)


def said(talk: Talk) -> str | None:
    """The response that the bot said last."""
    return talk.state.history[-2].text  # type: ignore[union-attr]


def test_a_form_asks_for_each_slot_and_ends_when_full(talk: Talk) -> None:
    assert talk.says("purchase") == ["lead_form"]
    assert (talk.state.active_loop, talk.state.value("requested_slot")) == ("lead_form", "contact_name")
    assert said(talk) == "utter_ask_lead_form_contact_name"
    assert talk.says("contact", contact_name="王") == ["lead_form"]
    assert said(talk) == "utter_ask_phone"
    assert talk.says("contact", phone="13800001111") == ["lead_form", "action_record_lead"]
    assert (talk.state.active_loop, talk.state.value("requested_slot")) == (None, None)


def test_a_form_that_is_full_at_once_asks_nothing(talk: Talk) -> None:
    assert talk.says("contact", contact_name="王", phone="13800001111") == ["lead_form", "action_record_lead"]


def test_two_needs_for_one_form_run_it_once(talk: Talk) -> None:
    assert talk.says("purchase+contact", contact_name__1="孙", phone__1="13500004444") == ["lead_form", "action_record_lead"]


def test_a_form_that_begins_in_the_middle_of_a_sentence_asks_last(talk: Talk) -> None:
    assert talk.says("purchase+price") == ["utter_price", "lead_form"]
    assert said(talk) == "utter_ask_lead_form_contact_name"


def test_a_form_filled_in_the_middle_of_a_sentence_is_finished_at_its_end(talk: Talk) -> None:
    assert talk.says("contact+price", contact_name="王", phone="13800001111") == [
        "utter_price",
        "lead_form",
        "action_record_lead",
    ]


def test_an_answer_without_an_intent_is_taken(talk: Talk) -> None:
    talk.says("purchase")
    assert talk.says("", contact_name="王") == ["lead_form"]
    assert said(talk) == "utter_ask_phone"


def test_another_question_is_answered_and_the_form_asks_again(talk: Talk) -> None:
    talk.says("purchase")
    assert talk.says("price") == ["utter_price", "lead_form"]
    assert said(talk) == "utter_ask_lead_form_contact_name"


def test_a_question_and_an_answer_in_one_breath(talk: Talk) -> None:
    talk.says("purchase")
    assert talk.says("price+contact", contact_name__1="王") == ["utter_price", "lead_form"]
    assert talk.says("contact+price", phone="13800001111") == ["utter_price", "lead_form", "action_record_lead"]


def test_an_ignored_intent_is_answered_by_its_rule(talk: Talk) -> None:
    talk.says("purchase")
    assert talk.says("chitchat", contact_name="王") == ["utter_chitchat", "lead_form"]
    assert talk.state.value("contact_name") is None


def test_a_rule_for_the_running_form_ends_it(talk: Talk) -> None:
    talk.says("purchase")
    assert talk.says("deny") == ["action_deactivate_loop", "utter_no_problem"]
    assert talk.state.active_loop is None
    assert talk.says("deny") == ["utter_ok"]


def test_a_running_form_is_not_understood_twice_then_a_person_comes(talk: Talk) -> None:
    talk.says("purchase")
    assert talk.says("") == ["lead_form"]
    assert talk.says("") == ["action_offer_person", "action_hand_over"]


def test_an_intent_that_nothing_is_written_for_counts_as_not_understood(talk: Talk) -> None:
    talk.says("purchase")
    assert talk.says("affirm") == ["lead_form"]
    assert talk.decided[0].reason == "no rule or story covers 'affirm' here; lead_form asks again"


def test_a_hand_over_an_offer_and_a_goodbye_are_not_followed_by_a_question(talk: Talk) -> None:
    talk.says("purchase")
    assert talk.says("complaint") == ["utter_sorry", "action_offer_person"]
    assert talk.says("goodbye") == ["utter_goodbye", "action_end_call"]


def test_a_person_asked_for_while_a_form_runs(talk: Talk) -> None:
    talk.says("purchase")
    assert talk.says("human") == ["action_hand_over"]


def test_silence_in_a_form_asks_its_question_again(talk: Talk) -> None:
    talk.says("purchase")
    assert talk.is_silent() == ["utter_still_there", "lead_form"]
    assert said(talk) == "utter_ask_lead_form_contact_name"


@pytest.mark.parametrize(("intent", "value"), [("affirm", True), ("deny", False)])
def test_yes_and_no_answer_the_form_before_the_rules(intent: str, value: bool) -> None:
    script = read_script_text(
        """
rules:
- rule: call
  steps: [{intent: contact}, {action: call_form}]
- rule: 'no'
  steps: [{intent: deny}, {action: utter_ok}]
- rule: call is settled
  condition: [{active_loop: call_form}]
  steps: [{active_loop: null}, {slot_was_set: [requested_slot: null]}, {action: action_done}]
"""
    )
    talk = Talk(DOMAIN, script)
    assert talk.says("contact") == ["call_form"]
    assert talk.says(intent) == ["call_form", "action_done"]
    assert talk.state.value("wants_call") is value
