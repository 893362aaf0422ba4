"""A bot of Rasa's whose rule for nlu_fallback is action_two_stage_fallback, turn by turn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from deploy.bot import SalesBot
from deploy.bot_parts import Shared, parts_of
from dialogue.bot_files import load_bot
from dialogue.events import ActionExecuted
from nlu.understanding import Guess, Understanding

BOT = load_bot(Path(__file__).parent / "rasa" / "bots" / "helpdesk")
AFFIRM = "您的意思是“faq/return”吗？"
REPHRASE = "请换个说法。"


class NothingUnderstood:
    """Has a guess and is not sure of it; '/intent' is taken at its word before it comes here."""

    def parse(self, text: str) -> Understanding:
        return Understanding(text, (), (), 0.4, (Guess("faq/return", 0.3),))


class Call:
    """One conversation."""

    def __init__(self, bot: SalesBot) -> None:
        self.bot = bot

    def says(self, text: str) -> list[str]:
        return [message.text for message in self.bot.turn("c", text).messages]


@pytest.fixture
def call(tmp_path: Path) -> Iterator[Call]:
    shared = Shared.of(BOT, f"sqlite:///{tmp_path}/events.sqlite")
    with closing(SalesBot(parts_of(BOT, NothingUnderstood(), shared))) as bot:
        yield Call(bot)


def test_a_guess_that_is_right_is_answered_as_if_it_had_been_said(call: Call) -> None:
    assert call.says("嗯嗯啊啊") == [AFFIRM]
    assert call.bot.state("c").active_loop == "action_two_stage_fallback"
    assert call.says("/faq/return") == ["签收后七天内可以退货。"]
    assert call.bot.state("c").active_loop is None
    assert call.says("/chitchat/name") == ["我叫小乡。"]


def test_after_a_wrong_guess_other_words_are_asked_for(call: Call) -> None:
    call.says("嗯嗯啊啊")
    assert call.says("/out_of_scope") == [REPHRASE]
    assert call.says("/chitchat/name") == ["我叫小乡。"]


@pytest.mark.parametrize("answers", [("啊",), ("/out_of_scope", "啊", "/out_of_scope"), ("/out_of_scope", "啊", "哦")])
def test_it_gives_up(call: Call, answers: tuple[str, ...]) -> None:
    call.says("嗯嗯啊啊")
    *_, last = [call.says(one) for one in answers]
    assert last == ["没听明白。"]
    assert call.bot.state("c").active_loop is None
    assert call.says("啊") == [AFFIRM]


def test_stories_go_on_as_if_the_clarified_words_had_been_the_first(call: Call) -> None:
    call.says("嗯嗯啊啊")
    call.says("/faq/return")
    state = call.bot.state("c")
    last = [frame.last for frame in state.scene.frames(state.slots, None)]
    assert last == ["", "action_listen", "utter_faq", "action_listen"]
    done = [event.name for event in state.history if isinstance(event, ActionExecuted)]
    assert done.count("action_two_stage_fallback") == 2
