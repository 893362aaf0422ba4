"""Reminders on a bot's store, with a clock that the test turns."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from deploy.bot import SalesBot
from deploy.bot_parts import Shared, parts_of
from deploy.reminders import Reminders
from dialogue.bot_files import load_bot
from dialogue.events import ReminderCancelled, ReminderScheduled
from dialogue.reply import Reply
from nlu.understanding import Understanding

BOT = load_bot(Path(__file__).parent / "rasa" / "bots" / "helpdesk")
AT = 1795341600.0
LATER = ReminderScheduled("faq/delivery", "2026-11-22T10:00:00+00:00", "delivery", cancelled_by_words=False)


class Nothing:
    def parse(self, text: str) -> Understanding:
        return Understanding(text)


class Watch:
    """A server's reminders, the time, and what was said unasked."""

    def __init__(self, bot: SalesBot) -> None:
        self.bot = bot
        self.now = AT - 10
        self.said: list[tuple[str, list[str]]] = []
        self.reminders = self.another()

    def another(self) -> Reminders:
        return Reminders(self.bot, self._keep, lambda: self.now)

    def _keep(self, conversation: str, reply: Reply) -> None:
        self.said.append((conversation, [message.text for message in reply.messages]))


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    shared = Shared.of(BOT, f"sqlite:///{tmp_path}/events.sqlite")
    with closing(SalesBot(parts_of(BOT, Nothing(), shared))) as bot:
        bot.turn("c", "/chitchat/name")
        yield Watch(bot)


def test_a_reminder_comes_when_its_time_has_come_and_only_once(watch: Watch) -> None:
    watch.bot.store.append("c", [LATER])
    assert watch.reminders.round() == 0
    watch.now = AT
    assert watch.reminders.round() == 1
    assert watch.said == [("c", ["一般三天送到。"])]
    watch.now += 10
    assert watch.reminders.round() == 0
    assert watch.another().round() == 0


def test_a_reminder_that_was_cancelled_does_not_come(watch: Watch) -> None:
    watch.bot.store.append("c", [LATER, ReminderCancelled(name="delivery")])
    watch.now = AT + 1
    assert watch.reminders.round() == 0


def test_a_server_started_later_knows_the_reminders_of_the_one_before(watch: Watch) -> None:
    watch.bot.store.append("c", [LATER])
    watch.now = AT + 3600
    assert watch.another().round() == 1


def test_two_replicas_give_a_reminder_once(watch: Watch) -> None:
    watch.bot.store.append("c", [LATER])
    watch.now = AT
    assert watch.reminders.round() + watch.another().round() == 1


def test_the_customers_own_words_end_a_reminder_that_says_so(watch: Watch) -> None:
    watch.bot.store.append("c", [ReminderScheduled("faq/delivery", "2026-11-22T10:00:00+00:00", "delivery")])
    watch.bot.turn("c", "/chitchat/name")
    watch.now = AT + 1
    assert watch.reminders.round() == 0


def test_a_reminder_leaves_the_conversation_with_its_version(watch: Watch) -> None:
    watch.bot.store.append("c", [LATER], "older")
    watch.now = AT
    watch.reminders.round()
    with closing(sqlite3.connect(watch.bot.store.where.removeprefix("sqlite:///"))) as stored:
        versions = stored.execute("SELECT version FROM events WHERE type = 'cancel_reminder'").fetchall()
    assert versions == [("older",)]
