from __future__ import annotations

from functools import reduce
from typing import Any

import pytest

from dialogue.domain import Domain
from dialogue.events import ActiveLoop, Event, SlotSet, UserUttered
from dialogue.slots import extract
from dialogue.track import initial_state, track
from tests.dialogue.said import domain_of, entity, said

HEAD = """\
intents: [supplement_demand, price_inquiry, contact, affirm, deny, greet, chitchat]
entities: [cpu_cores, feature, city, contact_name]
forms: {lead_form: {required_slots: [company], ignored_intents: [chitchat]}}
slots:
  company: {type: text}
"""


def slots(text: str) -> Domain:
    """A domain with these slots beside the usual intents and entities."""
    return domain_of(HEAD + "".join(f"  {line}\n" for line in text.splitlines()))


def filled(domain: Domain, utterance: UserUttered, *before: Event) -> dict[str, Any]:
    state = reduce(track, (*before, utterance), initial_state("c", domain))
    return {found.name: found.value for found in extract(domain, state, utterance)}


CORES = slots("cpu_cores: {type: float, mappings: [{type: from_entity, entity: cpu_cores}]}")


def test_an_entity_fills_its_slot_with_the_customers_words() -> None:
    text = "要八核的"
    utterance = said(text, "supplement_demand", entities=(entity("cpu_cores", 8, "八核", text),))

    state = track(initial_state("c", CORES), utterance)
    assert extract(CORES, state, utterance) == (SlotSet("cpu_cores", 8, "said", "八核"),)


def test_of_several_the_last_said_wins() -> None:
    text = "要8核,不对,16核"
    both = (entity("cpu_cores", 8, "8核", text), entity("cpu_cores", 16, "16核", text))

    assert filled(CORES, said(text, "supplement_demand", entities=both)) == {"cpu_cores": 16}


def test_a_list_slot_takes_them_all() -> None:
    domain = slots("features: {type: list, mappings: [{type: from_entity, entity: feature}]}")
    text = "要备份和迁移"
    both = (entity("feature", "backup", "备份", text), entity("feature", "migration", "迁移", text))

    assert filled(domain, said(text, "supplement_demand", entities=both)) == {"features": ["backup", "migration"]}


@pytest.mark.parametrize(("role", "expected"), [("from", {"origin": "shanghai"}), ("to", {"goal": "shanghai"}), (None, {})])
def test_roles_tell_entities_of_one_kind_apart(role: str | None, expected: dict[str, str]) -> None:
    domain = slots(
        "origin: {type: text, mappings: [{type: from_entity, entity: city, role: from}]}\n"
        "goal: {type: text, mappings: [{type: from_entity, entity: city, role: to}]}"
    )
    text = "上海"

    assert filled(domain, said(text, "supplement_demand", entities=(entity("city", "shanghai", text, text, role),))) == expected


@pytest.mark.parametrize(
    ("needs", "expected"),
    [
        (["contact"], {"contact_name": "王"}),
        (["price_inquiry", "contact"], {"contact_name": "王"}),
        (["price_inquiry"], {}),
        (["contact", "deny"], {}),
        ([], {}),
    ],
)
def test_intents_allow_and_forbid(needs: list[str], expected: dict[str, str]) -> None:
    domain = slots(
        "contact_name: {type: text, mappings: [{type: from_entity, entity: contact_name, intent: contact, not_intent: deny}]}"
    )
    text = "我姓王"

    assert filled(domain, said(text, *needs, entities=(entity("contact_name", "王", "王", text),))) == expected


def test_a_text_fills_the_slot_that_the_form_asks_for() -> None:
    domain = slots(
        "wish: {type: text, mappings: [{type: from_text, conditions: [{active_loop: lead_form, requested_slot: wish}]}]}\n"
        "remark: {type: text, mappings: [{type: from_text, conditions: [{active_loop: lead_form, requested_slot: remark}]}]}"
    )
    asked = (ActiveLoop("lead_form"), SlotSet("requested_slot", "wish"))

    assert filled(domain, said(" 云山小铺 "), *asked) == {"wish": "云山小铺"}
    assert filled(domain, said("云山小铺")) == {}
    assert filled(domain, said(""), *asked) == {}


@pytest.mark.parametrize(("text", "name"), [("我电话是13800001111", "phone"), ('/contact{"phone": "13800001111"}', "city")])
def test_a_button_or_an_answer_to_another_question_is_no_free_text(text: str, name: str) -> None:
    domain = domain_of(
        "intents: [contact]\nentities: [phone, city]\nforms: {lead_form: {required_slots: [who, phone]}}\nslots:\n"
        "  who: {type: text, mappings: [{type: from_text, conditions: [{active_loop: lead_form, requested_slot: who}]}]}\n"
        "  phone: {type: text, mappings: [{type: from_entity, entity: phone}]}\n"
    )
    asked = (ActiveLoop("lead_form"), SlotSet("requested_slot", "who"))
    number = entity(name, "13800001111", "13800001111", text)

    assert "who" not in filled(domain, said(text, "contact", entities=(number,)), *asked)
    assert filled(domain, said("云山小铺", "contact"), *asked) == {"who": "云山小铺"}


def test_a_mapping_may_hold_only_outside_of_forms() -> None:
    domain = slots("note: {type: text, mappings: [{type: from_text, conditions: [{active_loop: null}]}]}")

    assert filled(domain, said("您好", "greet")) == {"note": "您好"}
    assert filled(domain, said("您好", "greet"), ActiveLoop("lead_form")) == {}


def test_an_intent_stands_for_a_value() -> None:
    domain = slots(
        "wants_trial:\n"
        "  type: bool\n"
        "  mappings:\n"
        "  - {type: from_intent, intent: affirm, value: true}\n"
        "  - {type: from_intent, intent: deny, value: false}"
    )

    assert filled(domain, said("好的", "affirm")) == {"wants_trial": True}
    assert filled(domain, said("不用了", "deny")) == {"wants_trial": False}
    assert filled(domain, said("您好", "greet")) == {}


def test_the_intent_that_starts_a_form_fills_before_the_form_runs() -> None:
    domain = slots(
        "reason: {type: text, mappings: [{type: from_trigger_intent, intent: contact, value: call_back, "
        "conditions: [{active_loop: lead_form}]}]}"
    )

    assert filled(domain, said("给我回电", "contact")) == {"reason": "call_back"}
    assert filled(domain, said("给我回电", "contact"), ActiveLoop("lead_form")) == {}


def test_the_first_mapping_that_finds_something_counts() -> None:
    domain = slots("who: {type: text, mappings: [{type: from_entity, entity: contact_name}, {type: from_text, intent: contact}]}")
    text = "我姓王"

    assert filled(domain, said(text, "contact", entities=(entity("contact_name", "王", "王", text),))) == {"who": "王"}
    assert filled(domain, said(text, "contact")) == {"who": text}


def test_ignored_intents_fill_nothing_while_the_form_runs() -> None:
    domain = domain_of(
        "intents: [contact, chitchat]\nentities: [cpu_cores]\n"
        "forms: {lead_form: {required_slots: [cpu_cores], ignored_intents: [chitchat]}}\n"
        "slots: {cpu_cores: {type: float, mappings: [{type: from_entity, entity: cpu_cores}]}}"
    )
    text = "八核"
    heard = (entity("cpu_cores", 8, "八核", text),)
    running = ActiveLoop("lead_form")

    assert filled(domain, said(text, "chitchat", entities=heard), running) == {}
    assert filled(domain, said(text, "chitchat", "contact", entities=heard), running) == {"cpu_cores": 8}
    assert filled(domain, said(text, "chitchat", entities=heard)) == {"cpu_cores": 8}


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("float", 8, 8),
        ("float", "8", 8),
        ("float", "2.5", 2.5),
        ("float", "很多", None),
        ("float", "nan", None),
        ("bool", "True", True),
        ("bool", "随便", None),
        ("categorical, values: [Basic, pro]", "basic", "Basic"),
        ("categorical, values: [basic, pro]", "gold", "gold"),
        ("list", "a", ["a"]),
        ("any", 3, 3),
    ],
)
def test_values_take_the_slots_type(kind: str, value: Any, expected: Any) -> None:
    domain = slots(f"tier: {{type: {kind}, mappings: [{{type: from_entity, entity: city}}]}}")
    text = "这个"

    found = filled(domain, said(text, "supplement_demand", entities=(entity("city", value, text, text),))).get("tier")
    assert found == expected
    assert type(found) is type(expected)


def test_custom_mappings_are_left_to_actions() -> None:
    assert filled(slots("quoted: {type: text, mappings: [{type: custom}]}"), said("您好", "greet")) == {}
