"""A number that came by voice is read back before it is written down."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dialogue.actions.action import ActionContext
from dialogue.domain import Domain, Form, ResponseVariation
from dialogue.events import ActiveLoop, BotUttered, SlotSet
from dialogue.forms import FormAction, after
from dialogue.read_back import ReadBack
from dialogue.responses import DomainResponder
from dialogue.state import DialogueState, SlotValue
from dialogue.yaml_file import Place

FORM = Form("lead_form", Place(Path("domain.yml"), 1), ("phone", "phone_right"))
DOMAIN = Domain(
    responses={
        "utter_ask_phone": (ResponseVariation("您的手机号是多少？"),),
        "utter_ask_phone_right": (ResponseVariation("您的号码是{phone}，对吗？"),),
    },
    forms={"lead_form": FORM},
)
FORM_ACTION = FormAction(FORM, DOMAIN, read_back={"phone_right": ReadBack("phone")})
NUMBER, OTHER = "13800001111", "13900002222"


def after_turn(channel: str = "voice", turn: int = 3, **slots: tuple[Any, int]) -> tuple[str, DialogueState]:
    """What the form says, and the state then; slots are (value, the turn in which it was said)."""
    known = {name: SlotValue(value, at) for name, (value, at) in slots.items()}
    state = DialogueState("c", turn=turn, slots=known, active_loop="lead_form")
    events = FORM_ACTION.run(ActionContext(state, channel, DomainResponder(DOMAIN)))
    said = "".join(event.text for event in events if isinstance(event, BotUttered))
    return said, after(state, (event for event in events if isinstance(event, (SlotSet, ActiveLoop))))


def test_a_number_that_was_spoken_is_read_back() -> None:
    said, state = after_turn(phone=(NUMBER, 3))
    assert said == f"您的号码是{NUMBER}，对吗？"
    assert state.active_loop == "lead_form"


@pytest.mark.parametrize("channel", ["rest", "console"])
def test_a_number_that_was_typed_is_right(channel: str) -> None:
    said, state = after_turn(channel, phone=(NUMBER, 3))
    assert (said, state.active_loop, state.value("phone_right")) == ("", None, True)


def test_a_yes_ends_the_form() -> None:
    said, state = after_turn(phone=(NUMBER, 2), phone_right=(True, 3))
    assert (said, state.active_loop, state.value("phone")) == ("", None, NUMBER)


def test_a_no_asks_for_the_number_anew() -> None:
    said, state = after_turn(phone=(NUMBER, 2), phone_right=(False, 3))
    assert (said, state.value("phone"), state.value("phone_right")) == ("您的手机号是多少？", None, None)


@pytest.mark.parametrize("answer", [True, False])
def test_a_no_with_another_number_reads_that_one_back(answer: bool) -> None:
    said, state = after_turn(phone=(OTHER, 3), phone_right=(answer, 3))
    assert (said, state.value("phone_right")) == (f"您的号码是{OTHER}，对吗？", None)


def test_a_number_put_right_later_is_read_back_again() -> None:
    said, _ = after_turn(turn=7, phone=(OTHER, 7), phone_right=(True, 3))
    assert said == f"您的号码是{OTHER}，对吗？"
