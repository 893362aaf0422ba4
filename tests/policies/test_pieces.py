"""The bot waits for the rest of a number."""

from __future__ import annotations

import pytest

from policies.options import PolicyOptions
from tests.policies.talk import Talk, domain_of, read_script_text

DOMAIN = """
intents: [buy, price]
entities: [phone]
slots:
  phone: {type: text, mappings: [{type: from_entity, entity: phone}]}
forms:
  lead_form: {required_slots: [phone]}
responses:
  utter_ask_phone: [{text: 电话}]
  utter_price: [{text: 一百}]
"""
MORE = "  utter_more_figures: [{text: 接着说}]\n"
RULES = """
rules:
- rule: buy
  steps: [{intent: buy}, {action: lead_form}, {active_loop: lead_form}]
- rule: price
  steps: [{intent: price}, {action: utter_price}]
"""


def talk(responses: str = MORE) -> Talk:
    conversation = Talk(domain_of(DOMAIN + responses), read_script_text(RULES), options=PolicyOptions(phone="phone"))
    conversation.says("buy")
    return conversation


def test_each_piece_is_nodded_at_and_is_no_miss() -> None:
    conversation = talk()
    assert conversation.says("", "138") == ["utter_more_figures"]
    assert conversation.says("", "0013") == ["utter_more_figures"]
    assert conversation.says("price") == ["utter_price", "lead_form"]


def test_without_words_for_it_the_bot_waits_in_silence() -> None:
    assert talk("").says("", "138") == []


def test_as_many_figures_as_a_number_has_that_are_none_are_a_mistake() -> None:
    conversation = talk()
    assert conversation.says("", "12345") == ["utter_more_figures"]
    assert conversation.says("", "66666666") == ["lead_form"]


def test_a_number_heard_wrong_is_asked_for_again_and_is_no_miss() -> None:
    conversation = talk()
    assert conversation.says("", "17143十74754") == ["lead_form"]
    assert conversation.says("", "1714374754十") == ["lead_form"]


@pytest.mark.parametrize("text", ["不是", "八核"])
def test_other_words_are_no_piece(text: str) -> None:
    assert talk().says("", text) == ["lead_form"]
