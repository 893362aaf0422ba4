"""'Did you mean A or B?', and what the customer may answer."""

from __future__ import annotations

from functools import reduce

import pytest

from dialogue.actions.action import Action
from dialogue.actions.built_in import AskAgain, Nothing
from dialogue.actions.settings import ActionSettings
from dialogue.domain import Domain
from dialogue.events import ActionExecuted, Event, UserUttered
from dialogue.picks import picked
from dialogue.state import DialogueState
from dialogue.track import initial_state, track
from nlu.understanding import Entity, Guess, Need, Understanding

LABELS = {"price": "问价格", "discount": "谈优惠", "trial": "申请试用"}
ACTIONS: dict[str, Action] = {"ask": AskAgain(ActionSettings(kind="ask_again", labels=LABELS)), "utter_hello": Nothing()}
CITY = Entity("city", "beijing", "北京", 3, 5)
UNCLEAR = Understanding(
    "那个啥北京", entities=(CITY,), ranking=(Guess("price", 0.3), Guess("discount", 0.2), Guess("trial", 0.1))
)


def after(action: str, *later: Event) -> DialogueState:
    events = (UserUttered(UNCLEAR.text, UNCLEAR), ActionExecuted(action), ActionExecuted("action_listen"), *later)
    return reduce(track, events, initial_state("c", Domain()))


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("问价格", "price"),
        ("我想问价格。", "price"),
        ("是谈优惠", "discount"),
        ("第一个", "price"),
        ("前面那个吧", "price"),
        ("后者", "discount"),
        ("对", "price"),
        ("嗯。", "price"),
    ],
)
def test_one_of_the_two_is_taken_with_what_was_said_before(text: str, intent: str) -> None:
    understood = picked(after("ask"), Understanding(text), ACTIONS)
    assert understood.intents == (intent,)
    assert [(entity.entity, entity.value) for entity in understood.needs[0].entities] == [("city", "beijing")]


@pytest.mark.parametrize("text", ["申请试用", "第三个", "8核16G的", "不是", ""])
def test_anything_else_is_what_it_was_understood_as(text: str) -> None:
    taken = Understanding(text, (Need("deny", 0.9),))
    assert picked(after("ask"), taken, ACTIONS) is taken


def test_nothing_was_asked() -> None:
    taken = Understanding("对", (Need("affirm", 0.9),))
    assert picked(after("utter_hello"), taken, ACTIONS) is taken
    assert picked(initial_state("c", Domain()), taken, ACTIONS) is taken


def test_silence_in_between_does_not_take_the_question_back() -> None:
    silence = (UserUttered("", Understanding("")), ActionExecuted("utter_still_there"))
    assert picked(after("ask", *silence), Understanding("对"), ACTIONS).intents == ("price",)
