"""Asking again, offering a person, handing over, ending, recording a lead."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialogue.actions.action import ActionContext
from dialogue.actions.built_in import AskAgain, EndCall, HandOver, OfferPerson, RecordLead, Respond, Restart
from dialogue.actions.settings import ActionSettings
from dialogue.domain import Domain, ResponseVariation
from dialogue.events import ActionExecuted, HandedOver, LeadRecorded, Restarted, SessionEnded, UserUttered
from dialogue.responses import DomainResponder
from dialogue.state import DialogueState
from nlu.understanding import Guess, Need, Understanding
from tests.dialogue.actions.shop import state, text_of

TEXTS = {
    "utter_ask_again": "{first} or {second}?",
    "utter_ask_again_open": "once more?",
    "utter_offer_person": "a person?",
    "utter_pass_on": "a person will know",
    "utter_hand_over": "one moment",
    "utter_lead_recorded": "in {minutes} minutes, {phone}",
}
RESPONDER = DomainResponder(Domain(responses={name: (ResponseVariation(text),) for name, text in TEXTS.items()}))
LABELS = {"price": "the price", "year": "the price", "trial": "a trial", "human": "a person"}


def context(of: DialogueState) -> ActionContext:
    return ActionContext(of, "rest", RESPONDER)


def heard(*guesses: str, text: str = "x") -> DialogueState:
    ranking = tuple(Guess(name, 0.3) for name in guesses)
    return DialogueState("c", turn=1, latest=UserUttered(text, Understanding(text, ranking=ranking)))


@pytest.mark.parametrize(
    ("guesses", "text"),
    [
        (("price", "trial", "human"), "the price or a trial?"),
        (("price", "year", "human"), "the price or a person?"),
        (("chitchat", "trial", "price"), "a trial or the price?"),
        (("price",), "once more?"),
        ((), "once more?"),
    ],
)
def test_asking_again_names_the_two_likeliest_things_that_have_a_name(guesses: tuple[str, ...], text: str) -> None:
    action = AskAgain(ActionSettings(kind="ask_again", labels=LABELS))
    assert text_of(action.run(context(heard(*guesses)))) == text


def test_silence_is_asked_openly() -> None:
    action = AskAgain(ActionSettings(kind="ask_again", labels=LABELS))
    assert text_of(action.run(context(heard("price", "trial", text="")))) == "once more?"


@pytest.mark.parametrize(
    ("policy", "needs", "text"),
    [
        ("rules", (), "a person?"),
        ("fallback", (), "a person will know"),
        ("fallback", (Need("loop", 0.9),), "a person will know"),
    ],
)
def test_a_person_is_offered_as_a_question_but_told_by_the_fallback(policy: str, needs: tuple[Need, ...], text: str) -> None:
    decided = replace(heard("price"), needs=needs, actions=(ActionExecuted("action_offer_person", policy),))
    assert text_of(OfferPerson().run(context(decided))) == text


def test_handing_over_passes_on_the_reason_of_the_decision() -> None:
    decided = replace(heard(), actions=(ActionExecuted("action_hand_over", "hand_over", "the customer asks for a person"),))
    events = HandOver().run(context(decided))
    assert events[0] == HandedOver("the customer asks for a person")
    assert text_of(events) == "one moment"


@pytest.mark.parametrize(("text", "reason"), [("再见", "goodbye"), ("", "silence")])
def test_a_call_ends_with_its_reason(text: str, reason: str) -> None:
    assert EndCall().run(context(heard(text=text))) == (SessionEnded(reason),)


def test_a_lead_holds_the_slots_that_are_filled() -> None:
    action = RecordLead(ActionSettings(kind="lead", fields=("phone", "company"), reply="utter_lead_recorded"), {"minutes": 30})
    events = action.run(context(state({"phone": "13800000000", "other": 1})))
    assert events[0] == LeadRecorded({"phone": "13800000000"})
    assert text_of(events) == "in 30 minutes, 13800000000"


def test_a_response_sees_the_terms_and_a_restart_forgets() -> None:
    terms = {"first": "this", "second": "that"}
    assert text_of(Respond("utter_ask_again", terms).run(context(heard()))) == "this or that?"
    assert Restart().run(context(heard())) == (Restarted(),)
