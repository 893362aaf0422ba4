from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dialogue.actions.action import ActionContext
from dialogue.domain import Domain, Form, ResponseVariation
from dialogue.events import ActiveLoop, BotUttered, Event, SlotSet
from dialogue.forms import DeactivateLoop, FormAction, next_slot, question_for
from dialogue.responses import DomainResponder
from dialogue.state import DialogueState, SlotValue
from dialogue.yaml_file import Place

PLACE = Place(Path("domain.yml"), 1)
FORM = Form("lead_form", PLACE, ("contact_name", "phone"))
DOMAIN = Domain(
    responses={
        "utter_ask_lead_form_contact_name": (ResponseVariation("请问您贵姓？"),),
        "utter_ask_contact_name": (ResponseVariation("怎么称呼？"),),
        "utter_ask_phone": (ResponseVariation("您的电话是多少？"),),
    },
    forms={"lead_form": FORM},
)


def state(loop: str | None = "lead_form", **slots: Any) -> DialogueState:
    return DialogueState("c", slots={name: SlotValue(value) for name, value in slots.items()}, active_loop=loop)


def run(state: DialogueState, domain: Domain = DOMAIN) -> tuple[object, ...]:
    return FormAction(FORM, domain).run(ActionContext(state, "rest", DomainResponder(domain)))


def said(events: tuple[object, ...]) -> list[str]:
    return [event.text for event in events if isinstance(event, BotUttered)]


def test_it_begins_by_asking_for_the_first_slot_in_its_own_words() -> None:
    events = run(state(loop=None))
    assert events[:2] == (ActiveLoop("lead_form"), SlotSet("requested_slot", "contact_name"))
    assert said(events) == ["请问您贵姓？"]


def test_it_goes_on_with_the_next_empty_slot() -> None:
    events = run(state(contact_name="王"))
    assert events[0] == SlotSet("requested_slot", "phone")
    assert said(events) == ["您的电话是多少？"]


def test_it_asks_again_for_what_is_still_empty() -> None:
    assert said(run(state(phone="13800001111"))) == ["请问您贵姓？"]


@pytest.mark.parametrize("loop", [None, "lead_form"])
def test_it_ends_without_a_word_when_nothing_is_empty(loop: str | None) -> None:
    events = run(state(loop, contact_name="王", phone="13800001111"))
    assert events[-2:] == (SlotSet("requested_slot", None), ActiveLoop(None))
    assert said(events) == []


def test_without_a_question_it_says_nothing() -> None:
    assert said(run(state(), Domain(forms={"lead_form": FORM}))) == []


@pytest.mark.parametrize(
    ("known", "question"),
    [
        (("utter_ask_phone", "utter_ask_lead_form_phone"), "utter_ask_lead_form_phone"),
        (("utter_ask_phone",), "utter_ask_phone"),
        (("action_ask_phone", "utter_ask_phone"), "action_ask_phone"),
        (("action_ask_lead_form_phone", "utter_ask_lead_form_phone"), "action_ask_lead_form_phone"),
        ((), None),
    ],
)
def test_the_most_particular_question_is_asked(known: tuple[str, ...], question: str | None) -> None:
    responses: Mapping[str, tuple[ResponseVariation, ...]] = {name: () for name in known if name.startswith("utter_")}
    domain = Domain(responses=responses, actions={name: PLACE for name in known if name.startswith("action_")})
    assert question_for(FORM, "phone", domain) == question


def test_false_and_zero_are_values() -> None:
    assert next_slot(FORM, state(contact_name=False, phone=0)) is None


def test_a_running_form_can_be_given_up() -> None:
    context = ActionContext(state(), "rest", DomainResponder(DOMAIN))
    assert DeactivateLoop().run(context) == (ActiveLoop(None), SlotSet("requested_slot", None))
    assert DeactivateLoop().run(ActionContext(state(None), "rest", DomainResponder(DOMAIN))) == ()


@dataclass(frozen=True, slots=True)
class Asks:
    """An action that asks for the slot that the form wants."""

    def run(self, context: ActionContext) -> tuple[Event, ...]:
        words = f"{context.state.value('requested_slot')}?"
        return (BotUttered(words, words),)


def test_an_action_may_ask_instead_of_a_response() -> None:
    domain = Domain(forms={"lead_form": FORM}, actions={"action_ask_phone": PLACE})
    form = FormAction(FORM, domain, questions={"action_ask_phone": Asks()})
    events = form.run(ActionContext(state(contact_name="王"), "rest", DomainResponder(domain)))
    assert said(events) == ["phone?"]
