"""A bot of Rasa's in conversation: forms, slots and rules as a real Rasa 3.6.21 was seen to have them (make test-rasa)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from deploy.bot import SalesBot
from deploy.bot_parts import Shared, parts_of
from dialogue.bot_files import load_bot
from nlu.understanding import Need, Understanding

BOT = load_bot(Path(__file__).parent / "rasa" / "live" / "cafe")


class NoIntent:
    """A text without an intent, which is not the same as nlu_fallback."""

    def parse(self, text: str) -> Understanding:
        return Understanding(text, (Need("", 1.0, (), 0, len(text)),))


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[SalesBot]:
    shared = Shared.of(BOT, f"sqlite:///{tmp_path}/events.sqlite")
    with closing(SalesBot(parts_of(BOT, NoIntent(), shared))) as bot:
        yield bot


def says(bot: SalesBot, *texts: str) -> list[str]:
    """What is answered to the last of these."""
    replies = [bot.turn("c", text) for text in texts]
    return [message.text for message in replies[-1].messages]


def test_a_form_asks_for_one_slot_after_the_other(bot: SalesBot) -> None:
    assert says(bot, "/order") == ["which drink"]
    assert says(bot, '/inform{"drink": "tea"}') == ["which size for tea"]
    assert says(bot, '/inform{"size": "small"}') == ["hot"]
    assert says(bot, "/affirm") == ["a note"]
    assert says(bot, "without ice") == ["tea small without ice"]
    assert bot.state("c").active_loop is None


@pytest.mark.parametrize(
    ("said", "answers"),
    [
        ("/greet", ["what"]),
        ("/help", ["help", "which drink"]),
        ('/chitchat{"drink": "milk"}', ["chat", "which drink"]),
        ('/inform{"extra": "sugar"}', ["what"]),
        ('/inform{"size": "small"}', ["which drink"]),
        ("/book", ["how many"]),
        ("/stop", ["what"]),  # the story that begins so knows nothing of the slot 'topic'
    ],
)
def test_what_is_no_answer_to_the_form_is_for_rules_stories_and_fallback(bot: SalesBot, said: str, answers: list[str]) -> None:
    assert says(bot, "/order", said) == answers


def test_a_story_is_followed_by_heart(bot: SalesBot) -> None:
    assert says(bot, "/clear", "/affirm") == ["go on"]
    assert says(bot, "/affirm") == ["what"]


def test_what_was_given_up_leaves_the_slots_as_they_were(bot: SalesBot) -> None:
    says(bot, "/order", '/greet{"drink": "tea"}')
    assert bot.state("c").value("drink") == "tea"
    says(bot, "/restart", "/order", '/inform{"extra": "sugar"}')
    assert bot.state("c").value("extras") is None
    assert bot.state("c").active_loop == "order_form"


def test_a_trigger_intent_fills_its_slot_once_the_form_runs(bot: SalesBot) -> None:
    says(bot, "/order")
    assert bot.state("c").value("topic") == "order"
    says(bot, "/book")
    assert bot.state("c").value("topic") == "book"


def test_a_rule_that_no_story_shows_does_not_disturb_a_story(bot: SalesBot) -> None:
    assert says(bot, "/joke", "/clear", "/joke", "/affirm") == ["go on"]


def test_back_takes_back_what_was_said_before_it(bot: SalesBot) -> None:
    says(bot, "/order", "/back")
    assert bot.state("c").active_loop is None
    assert bot.state("c").value("topic") is None
