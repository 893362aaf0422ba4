from __future__ import annotations

import pytest

from tests.policies.talk import Talk, domain_of, read_script_text, sets

DOMAIN = domain_of(
    """
intents: [greet, price, why, affirm, deny, contact, mood]
entities: [contact_name, phone]
slots:
  level: {type: categorical, values: [gold, plain], mappings: [{type: custom}]}
  contact_name: {type: text, mappings: [{type: from_entity, entity: contact_name}]}
  phone: {type: text, mappings: [{type: from_entity, entity: phone}]}
forms: {lead_form: {required_slots: [contact_name, phone]}}
responses:
  utter_greet: [{text: 您好}]
  utter_price: [{text: 一百}]
  utter_why: [{text: 因为}]
  utter_bye: [{text: 再见}]
  utter_gold: [{text: 贵宾}]
  utter_plain: [{text: 普通}]
  utter_ask_contact_name: [{text: 贵姓}]
  utter_ask_phone: [{text: 电话}]
actions: [action_level, action_record]
"""
)


def talk(stories: str, rules: str = "", **events: object) -> Talk:
    script = read_script_text(f"stories:\n{stories}\n{rules}", "stories.yml")
    assert not script.faults, [str(fault) for fault in script.faults]
    return Talk(DOMAIN, script, events)  # type: ignore[arg-type]


PATH = """
- story: asks why
  steps:
  - intent: greet
  - action: utter_greet
  - intent: why
  - action: utter_why
- story: leaves
  steps:
  - intent: price
  - action: utter_price
  - intent: why
  - action: utter_bye
"""


@pytest.mark.parametrize(("first", "then"), [("greet", "utter_why"), ("price", "utter_bye")])
def test_the_same_intent_is_answered_by_what_went_before(first: str, then: str) -> None:
    conversation = talk(PATH)
    conversation.says(first)
    assert conversation.says("why") == [then]


def test_a_decision_names_the_story() -> None:
    conversation = talk(PATH)
    conversation.says("greet")
    assert conversation.decided[0].reason == "story 'asks why' stories.yml:3"


def test_what_no_story_shows_is_left_to_the_fallback() -> None:
    assert talk(PATH).says("why") == ["action_ask_again"]


def test_rules_go_before_stories() -> None:
    conversation = talk(PATH, "rules: [{rule: why, steps: [{intent: why}, {action: utter_bye}]}]")
    conversation.says("greet")
    assert conversation.says("why") == ["utter_bye"]


@pytest.mark.parametrize(("level", "said"), [("gold", "utter_gold"), ("plain", "utter_plain")])
def test_stories_part_by_the_value_of_a_slot(level: str, said: str) -> None:
    stories = """
- story: gold
  steps:
  - intent: price
  - action: action_level
  - slot_was_set: [level: gold]
  - action: utter_gold
- story: plain
  steps:
  - intent: price
  - action: action_level
  - slot_was_set: [level: plain]
  - action: utter_plain
"""
    assert talk(stories, action_level=sets(level=level)).says("price") == ["action_level", said]


def test_the_value_of_a_text_slot_is_only_an_example() -> None:
    stories = """
- story: name
  steps:
  - intent: contact
  - slot_was_set: [contact_name: 王]
  - action: utter_greet
"""
    assert talk(stories).says("contact", contact_name="李") == ["utter_greet"]
    assert talk(stories).says("contact") == ["action_ask_again"]


CHECKPOINTS = """
- story: begins with a greeting
  steps: [{intent: greet}, {action: utter_greet}, {checkpoint: begun}]
- story: begins with a price
  steps: [{intent: price}, {action: utter_price}, {checkpoint: begun}]
- story: goes on
  steps: [{checkpoint: begun}, {intent: why}, {action: utter_why}, {checkpoint: begun}]
"""


@pytest.mark.parametrize("first", ["greet", "price"])
def test_a_checkpoint_joins_stories(first: str) -> None:
    conversation = talk(CHECKPOINTS)
    conversation.says(first)
    assert conversation.says("why") == ["utter_why"]


FORM = """
- story: leaves data, then says yes
  steps:
  - intent: contact
  - action: lead_form
  - active_loop: lead_form
  - slot_was_set: [requested_slot: contact_name]
  - intent: contact
  - slot_was_set: [contact_name: 王]
  - active_loop: null
  - slot_was_set: [requested_slot: null]
  - action: action_record
  - intent: affirm
  - action: utter_bye
"""


def test_the_turns_inside_a_form_are_no_part_of_a_story() -> None:
    conversation = talk(FORM)
    assert conversation.says("contact") == ["lead_form"]
    assert conversation.says("contact", contact_name="王") == ["lead_form"]
    assert conversation.says("contact", phone="13800001111") == ["lead_form", "action_record"]
    assert conversation.says("affirm") == ["utter_bye"]


def test_a_form_filled_at_once_follows_the_same_story() -> None:
    conversation = talk(FORM)
    assert conversation.says("contact", contact_name="王", phone="13800001111") == ["lead_form", "action_record"]
    assert conversation.says("affirm") == ["utter_bye"]


def test_a_story_may_show_a_question_inside_a_form() -> None:
    conversation = talk(
        FORM.replace(
            "  - intent: contact\n  - slot_was_set: [contact_name",
            "  - intent: why\n  - action: utter_why\n  - action: lead_form\n  - intent: contact\n  - slot_was_set: [contact_name",
        )
    )
    conversation.says("contact")
    assert conversation.says("why") == ["utter_why", "lead_form"]


def test_only_the_last_turns_must_be_those_of_the_story() -> None:
    story = (
        "- story: long\n  steps:\n"
        + "  - intent: greet\n  - action: utter_greet\n" * 6
        + "  - intent: why\n  - action: utter_why\n"
    )
    other = "- story: other\n  steps:\n  - intent: price\n  - action: utter_price\n  - intent: greet\n  - action: utter_greet\n"
    conversation = talk(story + other)
    conversation.says("price")
    for _ in range(5):
        conversation.says("greet")
    assert conversation.says("why") == ["utter_why"]


def test_a_story_written_for_two_needs_takes_the_sentence_whole() -> None:
    conversation = talk("- story: two\n  steps: [{intent: price+why}, {action: utter_bye}]\n" + PATH)
    assert conversation.says("why+price") == ["utter_bye"]


@pytest.mark.parametrize("level", ["gold", "plain"])
def test_an_or_of_slots_goes_on_alike(level: str) -> None:
    stories = """
- story: whichever
  steps:
  - intent: price
  - action: action_level
  - or:
    - slot_was_set: [level: gold]
    - slot_was_set: [level: plain]
  - action: utter_bye
"""
    assert talk(stories, action_level=sets(level=level)).says("price") == ["action_level", "utter_bye"]
