"""A plain yes to the bot's own question."""

from __future__ import annotations

from dialogue.events import BotUttered
from policies.options import PolicyOptions
from tests.policies.talk import Talk, domain_of, read_script_text

DOMAIN = domain_of(
    """
intents: [trial, price, affirm, deny]
entities: [phone]
slots:
  phone: {type: text, mappings: [{type: from_entity, entity: phone}]}
forms:
  lead_form: {required_slots: [phone]}
responses:
  utter_trial: [{text: 要开通吗}]
  utter_price: [{text: 一百}]
  utter_go_on: [{text: 好}]
  utter_still_there: [{text: 在吗}]
  utter_ask_phone: [{text: 电话}]
"""
)
RULES = """
rules:
- rule: trial
  steps: [{intent: trial}, {action: utter_trial}]
- rule: price
  steps: [{intent: price}, {action: utter_price}]
- rule: 'yes'
  steps: [{intent: affirm}, {action: utter_go_on}]
"""


def talk() -> Talk:
    says = {name: (BotUttered(name, name, name),) for name in ("utter_trial", "utter_price", "utter_still_there")}
    options = PolicyOptions(offers={"utter_trial": "lead_form"})
    return Talk(DOMAIN, read_script_text(RULES), events=says, options=options)


def test_yes_to_an_offer_does_what_was_offered() -> None:
    conversation = talk()
    conversation.says("trial")
    assert conversation.says("affirm") == ["lead_form"]
    assert conversation.decided[0].reason == "the customer says yes to utter_trial"


def test_silence_in_between_does_not_take_the_offer_back() -> None:
    conversation = talk()
    conversation.says("trial")
    conversation.is_silent()
    assert conversation.says("affirm") == ["lead_form"]


def test_another_answer_in_between_does() -> None:
    conversation = talk()
    conversation.says("trial")
    conversation.says("price")
    assert conversation.says("affirm") == ["utter_go_on"]


def test_a_form_offered_begins_when_the_rest_of_the_sentence_is_answered() -> None:
    conversation = talk()
    conversation.says("trial")
    assert conversation.says("affirm+price") == ["utter_price", "lead_form"]
