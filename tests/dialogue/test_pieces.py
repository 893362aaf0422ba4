"""Telephone numbers told in pieces, and names without a word around them."""

from __future__ import annotations

from functools import reduce

import pytest

from dialogue.bare_names import named
from dialogue.events import ActiveLoop, BotUttered, Event, SlotSet, UserUttered
from dialogue.pieces import MORE, completed, figures, told
from dialogue.state import DialogueState
from dialogue.track import initial_state, track
from nlu.understanding import Entity, Need, Understanding
from tests.dialogue.said import domain_of

DOMAIN = domain_of(
    """\
entities: [contact_name, phone]
forms: {lead_form: {required_slots: [contact_name, phone]}}
slots:
  contact_name: {type: text, mappings: [{type: from_entity, entity: contact_name}]}
  phone: {type: text, mappings: [{type: from_entity, entity: phone}]}
"""
)


def asked(slot: str, *after: Event) -> DialogueState:
    """A form has just asked for the slot."""
    question = BotUttered("?", "?", f"utter_ask_{slot}")
    events = (ActiveLoop("lead_form"), SlotSet("requested_slot", slot), question, *after)
    return reduce(track, events, initial_state("c", DOMAIN))


def heard(text: str) -> UserUttered:
    return UserUttered(text, Understanding(text))


NOD = BotUttered("嗯", "嗯", MORE)


@pytest.mark.parametrize(
    ("text", "found"),
    [("138", "138"), ("幺三八，", "138"), ("嗯 0 0 1 3", "0013"), ("不是", None), ("8核", None), ("", None)],
)
def test_figures_are_all_that_a_piece_holds(text: str, found: str | None) -> None:
    assert figures(text) == found


@pytest.mark.parametrize("pieces", [("138", "0013", "8000"), ("一三八", "零零一三八零零零"), ("13800138000",)])
def test_pieces_make_a_number(pieces: tuple[str, ...]) -> None:
    *before, last = pieces
    state = asked("phone", *(event for piece in before for event in (heard(piece), NOD)))
    (entity,) = completed(state, Understanding(last), DOMAIN, "phone").entities
    assert (entity.entity, entity.value) == ("phone", "13800138000")


@pytest.mark.parametrize("text", ["17143十74754", "我电话系138人0013800", "7174347415十"])
def test_a_number_heard_wrong_means_nothing_else(text: str) -> None:
    taken = Understanding(text, (Need("supplement_demand", 0.9),))
    assert completed(asked("phone"), taken, DOMAIN, "phone").needs == ()
    assert completed(asked("contact_name"), taken, DOMAIN, "phone") == taken


def test_sizes_are_no_number() -> None:
    taken = Understanding("8核16G,500G硬盘,10兆带宽", (Need("supplement_demand", 0.9),))
    assert completed(asked("phone"), taken, DOMAIN, "phone") == taken


@pytest.mark.parametrize(("text", "name"), [("小说朱", "朱"), ("我淑刘呀", "刘"), ("叫我胡线声拉", "胡"), ("不知道啊", None)])
def test_a_surname_at_the_end_of_what_was_not_understood_is_the_name(text: str, name: str | None) -> None:
    found = named(asked("contact_name"), Understanding(text), DOMAIN, "contact_name").entities
    assert [entity.value for entity in found] == ([] if name is None else [name])


def test_a_bare_name_beside_a_number_is_heard_with_it() -> None:
    number = Entity("phone", "18800001111", "18800001111", 3, 14)
    found = named(asked("contact_name"), Understanding("小赵 18800001111", entities=(number,)), DOMAIN, "contact_name").entities
    assert {entity.entity: entity.value for entity in found} == {"contact_name": "小赵", "phone": "18800001111"}


def test_a_piece_alone_means_nothing_whatever_it_was_taken_for() -> None:
    taken = Understanding("138", (Need("price_inquiry", 0.9),))
    assert completed(asked("phone"), taken, DOMAIN, "phone").needs == ()


def test_the_question_asked_again_begins_the_number_anew() -> None:
    state = asked("phone", heard("138"), NOD, BotUttered("?", "?", "utter_ask_phone"), heard("139"))
    assert told(state) == "139"


@pytest.mark.parametrize("slot", ["contact_name", "quoted"])
def test_figures_that_nobody_asked_for_stay_what_they_were(slot: str) -> None:
    taken = Understanding("138", (Need("price_inquiry", 0.9),))
    assert completed(asked(slot), taken, DOMAIN, "phone") is taken


@pytest.mark.parametrize("text", ["王", "小王", "王芳", "欧阳娜娜", "李建国。", "小王吧"])
def test_a_bare_name_answers_the_question_for_it(text: str) -> None:
    (entity,) = named(asked("contact_name"), Understanding(text), DOMAIN, "contact_name").entities
    assert entity.entity == "contact_name"
    assert entity.value == text.rstrip("。吧")


@pytest.mark.parametrize("text", ["方便", "多少钱", "你们怎么有我电话的", "嗯", ""])
def test_what_is_no_name_is_not_taken_for_one(text: str) -> None:
    taken = Understanding(text)
    assert named(asked("contact_name"), taken, DOMAIN, "contact_name") is taken


def test_a_name_is_taken_only_when_asked_for() -> None:
    taken = Understanding("小王")
    assert named(asked("phone"), taken, DOMAIN, "contact_name") is taken
