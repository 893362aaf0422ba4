from __future__ import annotations

from pathlib import Path

import pytest

from dialogue.domain import Domain, SlotMapping
from dialogue.domain_file import DomainRead, read_domain
from dialogue.events import Button
from dialogue.yaml_file import parse

FILE = Path("domain.yml")

SHOP = """\
version: "3.1"
intents:
- greet
- price_inquiry:
    use_entities: [cpu_cores]
- chitchat:
    use_entities: false
- contact:
    ignore_entities: [cpu_cores]
entities:
- cpu_cores
- city:
    roles: [from, to]
    groups: [first]
slots:
  cpu_cores:
    type: float
    influence_conversation: false
    mappings:
    - type: from_entity
      entity: cpu_cores
      not_intent: [greet, chitchat]
  origin:
    type: text
    initial_value: 上海
    mappings:
    - {type: from_entity, entity: city, role: from}
  name:
    type: text
    mappings:
    - type: from_text
      intent: contact
      conditions:
      - active_loop: lead_form
        requested_slot: name
      - active_loop: null
  tier:
    type: categorical
    values: [basic, pro]
responses:
  utter_greet:
  - text: 您好，{name}。
    buttons:
    - {title: 问价格, payload: /price_inquiry}
  - text: 您好。
    channel: voice
    condition:
    - {type: slot, name: tier, value: pro}
    image: https://example.com/a.png
forms:
  lead_form:
    required_slots: [name, origin]
    ignored_intents: chitchat
actions:
- action_quote
- action_check: {send_domain: true}
session_config:
  session_expiration_time: 30
  carry_over_slots_to_new_session: false
"""


def domain_of(*texts: str) -> DomainRead:
    return read_domain([parse(text, Path(f"domain{number or ''}.yml")) for number, text in enumerate(texts)])


def faults_of(*texts: str) -> list[str]:
    return [str(fault) for fault in domain_of(*texts).faults]


@pytest.fixture(scope="module")
def shop() -> Domain:
    found = domain_of(SHOP)
    assert found.faults == ()
    return found.domain


def test_intents_say_which_entities_they_use(shop: Domain) -> None:
    assert list(shop.intents) == ["greet", "price_inquiry", "chitchat", "contact"]
    assert shop.intents["greet"].use_entities is None
    assert shop.intents["price_inquiry"].use_entities == ("cpu_cores",)
    assert shop.intents["chitchat"].use_entities == ()
    assert shop.intents["contact"].ignore_entities == ("cpu_cores",)
    assert str(shop.intents["contact"].place) == "domain.yml:8"


def test_entities_have_roles_and_groups(shop: Domain) -> None:
    assert shop.entities == {"cpu_cores": (), "city": ("from", "to", "first")}


def test_slots_have_types_and_mappings(shop: Domain) -> None:
    cores = shop.slots["cpu_cores"]

    assert (cores.type, cores.influence_conversation) == ("float", False)
    assert cores.mappings == (SlotMapping("from_entity", entity="cpu_cores", not_intents=("greet", "chitchat")),)
    assert shop.slots["origin"].initial_value == "上海"
    assert shop.slots["origin"].mappings[0].role == "from"
    assert shop.slots["tier"].values == ("basic", "pro")


def test_each_condition_of_a_mapping_is_enough_by_itself(shop: Domain) -> None:
    asked, outside = shop.slots["name"].mappings

    assert (asked.active_loop, asked.requested_slot) == ("lead_form", "name")
    assert (outside.active_loop, outside.requested_slot) == ("", None)
    assert asked.intents == outside.intents == ("contact",)


def test_responses_have_variations(shop: Domain) -> None:
    first, second = shop.responses["utter_greet"]

    assert first.buttons == (Button("问价格", "/price_inquiry"),)
    assert (second.channel, second.image) == ("voice", "https://example.com/a.png")
    assert second.conditions == {"tier": "pro"}
    assert str(second.place) == f"domain.yml:{SHOP.splitlines().index('  - text: 您好。') + 1}"


def test_forms_actions_and_session(shop: Domain) -> None:
    assert shop.forms["lead_form"].required_slots == ("name", "origin")
    assert shop.forms["lead_form"].ignored_intents == ("chitchat",)
    assert list(shop.actions) == ["action_quote", "action_check"]
    assert shop.told_domain == ("action_check",)
    assert shop.session.session_expiration_time == 30
    assert not shop.session.carry_over_slots_to_new_session
    assert shop.slots["requested_slot"].type == "any"


def test_a_domain_may_be_split_over_files_that_repeat_each_other() -> None:
    found = domain_of("intents: [greet, affirm]", "intents: [affirm, price]\nactions: [action_a]", "actions: [action_a]")

    assert found.faults == ()
    assert list(found.domain.intents) == ["greet", "affirm", "price"]
    assert list(found.domain.actions) == ["action_a"]


def test_two_files_that_differ_about_a_slot_are_told() -> None:
    assert faults_of("slots: {a: {type: text}}", "slots: {a: {type: bool}}") == [
        "domain1.yml:1: 'a' stands twice among the slots; first at domain.yml:1"
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("intents: [greet, greet]", "1: 'greet' stands twice among the intents; first at domain.yml:1"),
        ("intents: greet", "1: intents must be a list (- item), got 'greet'"),
        ("intents:\n- {a: 1, b: 2}", "2: an item of intents must be a name, or one name with its options"),
        ("intents:\n- greet: {use_entity: x}", "2: unknown key 'use_entity' in intent 'greet'; did you mean 'use_entities'?"),
        ("entities:\n- city: {role: [a]}", "2: unknown key 'role' in entity 'city'; did you mean 'roles'?"),
        (
            "slots:\n  a: {type: txt}",
            "2: slot 'a' has the unknown type 'txt'; did you mean 'text'?; known: text, bool, categorical, float, list, any",
        ),
        ("slots:\n  a: {type: categorical}", "2: slot 'a' is categorical and lacks 'values'"),
        ("slots:\n  a:\n    mapping: []", "3: unknown key 'mapping' in slot 'a'; did you mean 'mappings'?"),
        ("slots:\n  a:\n    mappings:\n    - {entity: x}", "4: a mapping of slot 'a' lacks the key 'type'"),
        (
            "slots:\n  a:\n    mappings:\n    - type: from_entity",
            "4: a mapping of slot 'a' is from_entity and lacks the key 'entity'",
        ),
        ("responses:\n  greet:\n  - text: x", "2: response 'greet' must begin with 'utter_'"),
        ("responses:\n  utter_a:", "2: response 'utter_a' has no variation; write '- text: ...' below it"),
        ("responses:\n  utter_a:\n  - 您好", "3: a variation of response 'utter_a' is bare text; write '- text: 您好'"),
        ("responses:\n  utter_a:\n  - txt: x", "3: unknown key 'txt' in a variation of response 'utter_a'; did you mean 'text'?"),
        (
            "responses:\n  utter_a:\n  - channel: voice",
            "3: a variation of response 'utter_a' says nothing: it has neither text, buttons, image nor custom",
        ),
        (
            "responses:\n  utter_a:\n  - text: x\n    buttons:\n    - payload: /x",
            "5: a button of a variation of response 'utter_a' lacks the key 'title'",
        ),
        ("forms:\n  f: {slots: [a]}", "2: unknown key 'slots' in form 'f'"),
        (
            "session_config:\n  session_expiration: 1",
            "2: unknown key 'session_expiration' in session_config; did you mean 'session_expiration_time'?",
        ),
    ],
)
def test_a_fault_is_told_with_its_line_and_the_nearest_name(text: str, fault: str) -> None:
    assert faults_of(text) == [f"domain.yml:{fault}"]


def test_all_faults_are_told_at_once() -> None:
    text = "intents: [a, a]\nslots:\n  x: {type: txt}\n  y: {typ: text}\nresponses:\n  utter_a:\n  - text: b\n    chanel: c\n"

    assert [fault.split(":")[1] for fault in faults_of(text)] == ["1", "3", "4", "8"]


def test_what_cannot_be_read_is_told_once_and_its_users_are_not_blamed() -> None:
    text = (
        "entities:\n- city: {role: [from]}\n"
        "slots:\n  a:\n    type: text\n    mappings: [{type: from_entity, entity: city}]\n  b: {typ: text}\n"
        "forms:\n  f: {required_slots: [a, b]}\n"
    )

    assert [fault.split(":")[1] for fault in faults_of(text)] == ["2", "7"]


def test_rasa_2_forms_map_their_slots_and_slots_fill_from_entities_of_their_name() -> None:
    text = """\
version: "2.0"
entities: [city]
slots:
  city: {type: rasa.shared.core.slots.TextSlot, auto_fill: true}
  first_name: {type: unfeaturized}
forms:
  name_form:
    first_name:
    - type: from_text
"""
    found = domain_of(text)

    assert found.faults == ()
    assert found.domain.slots["city"].mappings == (SlotMapping("from_entity", entity="city"),)
    assert found.domain.slots["first_name"].mappings == (
        SlotMapping("from_text", active_loop="name_form", requested_slot="first_name"),
    )
    assert found.domain.forms["name_form"].required_slots == ("first_name",)
