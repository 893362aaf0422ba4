"""The turn loop on a small bot of real files; only the understanding is scripted (buttons' payloads name their intents)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from asr.transcript import Transcript
from deploy.bot import BotParts, SalesBot
from dialogue.actions.catalogue import actions_of
from dialogue.bot_files import load_bot
from dialogue.events import ActionExecuted, HandedOver, NeedTaken, SessionEnded, SessionStarted
from dialogue.responses import DomainResponder
from dialogue.store import EventStore
from nlu.understanding import Need, Parser, Understanding
from policies.ensemble import Ensemble

DOMAIN = """
version: "3.1"
intents: [greet, price, backup, erp, supplement_demand, loop, human]
entities: [period]
slots:
  period: {type: text, influence_conversation: false, mappings: [{type: from_entity, entity: period}]}
responses:
  utter_greet: [{text: "您好!"}]
  utter_price: [{text: "每{period}100元"}]
  utter_backup: [{text: "支持备份"}]
  utter_both: [{text: "备份和对接都支持"}]
  utter_round: [{text: "一"}]
  utter_ask_again: [{text: "没听清"}]
  utter_offer_person: [{text: "要转人工吗"}]
  utter_pass_on: [{text: "这就转"}]
  utter_hand_over: [{text: "转人工"}]
"""
RULES = """
version: "3.1"
rules:
- rule: price
  steps: [{intent: price}, {action: utter_price}]
- rule: more
  steps: [{intent: supplement_demand}, {action: utter_price}]
- rule: backup
  steps: [{intent: backup}, {action: utter_backup}]
- rule: erp
  steps: [{intent: erp}, {action: utter_backup}]
- rule: backup and price
  steps: [{intent: price+erp}, {action: utter_both}]
"""
NLU = """
version: "3.1"
nlu:
- intent: greet
  examples: |
    - 你好
"""


class NothingUnderstood:
    def parse(self, text: str) -> Understanding:
        return Understanding(text)


class PriceInCantonese:
    """Understands one thing, and only where it is told the dialect."""

    def parse(self, text: str) -> Understanding:
        return Understanding(text)

    def parse_in(self, text: str, dialect: str) -> Understanding:
        return Understanding(text, (Need("price", 0.9, (), 0, len(text)),) if dialect == "yue" else (), confidence=0.9)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "domain.yml").write_text(DOMAIN, encoding="utf-8")
    (tmp_path / "data" / "rules.yml").write_text(RULES, encoding="utf-8")
    (tmp_path / "data" / "nlu.yml").write_text(NLU, encoding="utf-8")
    (tmp_path / "config.yml").write_text("recipe: default.v1\nlanguage: zh\npipeline: []\npolicies: []\n", encoding="utf-8")
    (tmp_path / "bot.yml").write_text("voices: {greeting: utter_greet}\n", encoding="utf-8")
    return tmp_path


def open_bot(folder: Path, clock: Callable[[], float] = time.time, parser: Parser | None = None) -> SalesBot:
    bot = load_bot(folder)
    store = EventStore(f"sqlite:///{folder / 'conversations.sqlite'}", clock)
    parts = BotParts(bot, parser or NothingUnderstood(), Ensemble.of(bot), actions_of(bot), DomainResponder(bot.domain), store)
    return SalesBot(parts, clock)


@pytest.fixture
def bot(folder: Path) -> Iterator[SalesBot]:
    opened = open_bot(folder)
    yield opened
    opened.close()


def test_each_need_is_answered_in_spoken_order_and_one_listen_ends_the_turn(bot: SalesBot) -> None:
    reply = bot.turn("c", '/backup+price{"period": "年"}')
    assert [message.text for message in reply.messages] == ["支持备份", "每年100元"]
    assert reply.actions[-3:] == ("utter_backup", "utter_price", "action_listen")
    assert [event.index for event in bot.events("c") if isinstance(event, NeedTaken)] == [0, 1]


@pytest.mark.parametrize("said", ["/price+erp", "/erp+price"])
def test_a_rule_for_a_compound_takes_the_sentence_whole_in_any_order(bot: SalesBot, said: str) -> None:
    assert [message.text for message in bot.turn("c", said).messages] == ["备份和对接都支持"]


def test_two_needs_with_one_answer_hear_it_once(bot: SalesBot) -> None:
    assert [message.text for message in bot.turn("c", "/backup+erp").messages] == ["支持备份"]


def test_a_later_turn_remembers_what_an_earlier_one_said(bot: SalesBot) -> None:
    bot.turn("c", '/price{"period": "月"}')
    assert bot.turn("c", "/supplement_demand").text == "每月100元"
    assert bot.state("c").intent == "price"


def test_the_dialect_that_was_heard_is_told_to_the_understanding(folder: Path) -> None:
    bot = open_bot(folder, parser=PriceInCantonese())
    said = [bot.turn(dialect, Transcript("几钱", dialect, 0.9), "voice") for dialect in ("yue", "cmn")]
    assert ["utter_price" in reply.actions for reply in said] == [True, False]
    bot.close()


def test_the_bot_greets_once_a_session(bot: SalesBot) -> None:
    assert bot.start("c", "chat").text == "您好!"
    assert bot.start("c", "chat").messages == ()
    bot.end("c", "hangup")
    bot.end("c", "hangup")
    assert [type(event) for event in bot.events("c")].count(SessionEnded) == 1
    assert bot.start("c", "chat").text == "您好!"


def test_a_new_session_begins_by_itself_after_the_last_one_ended(bot: SalesBot) -> None:
    bot.turn("c", "/price")
    bot.end("c", "goodbye")
    bot.turn("c", "/price")
    assert [type(event) for event in bot.events("c")].count(SessionStarted) == 2


@pytest.mark.parametrize(("carried", "period"), [("true", "年"), ("false", None)])
def test_a_session_runs_out_and_slots_are_carried_over_as_the_domain_says(folder: Path, carried: str, period: str | None) -> None:
    session = f"session_config: {{session_expiration_time: 60, carry_over_slots_to_new_session: {carried}}}\n"
    (folder / "domain.yml").write_text(DOMAIN + session, encoding="utf-8")
    now = [1000.0]
    bot = open_bot(folder, lambda: now[0])
    bot.turn("c", '/price{"period": "年"}')
    now[0] += 59 * 60
    assert bot.start("c").messages == ()
    other = open_bot(folder, lambda: now[0] + 3600)
    assert other.start("c").text == "您好!"
    assert other.state("c").value("period") == period
    bot.close()
    other.close()


def test_a_second_process_goes_on_where_the_first_one_stopped(bot: SalesBot, folder: Path) -> None:
    bot.turn("c", '/price{"period": "年"}')
    other = open_bot(folder)
    assert other.state("c") == bot.state("c")
    assert other.turn("c", "/price").text == "每年100元"
    other.close()


def test_two_misses_in_a_row_end_with_a_person(bot: SalesBot) -> None:
    assert not bot.turn("c", "@#%").hand_over
    assert bot.turn("c", Transcript("呃呃呃", "yue", 0.2), "voice").hand_over
    assert bot.state("c").handed_over


def test_an_action_sees_why_it_was_chosen(bot: SalesBot) -> None:
    bot.turn("c", "@#%")
    reply = bot.turn("c", "@#%")
    (handed,) = [event for event in bot.events("c") if isinstance(event, HandedOver)]
    assert handed.reason == "not understood twice in a row"
    assert [message.text for message in reply.messages] == ["这就转", "转人工"]


def test_every_decision_names_its_policy_and_reason(bot: SalesBot) -> None:
    bot.turn("c", "/price")
    decided = [event for event in bot.events("c") if isinstance(event, ActionExecuted)]
    assert all(event.policy and event.reason for event in decided)
    assert any("rules.yml" in event.reason for event in decided)


def test_turns_of_one_conversation_never_interleave(bot: SalesBot) -> None:
    threads = [threading.Thread(target=bot.turn, args=("c", "/backup+price")) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    names = [event.name for event in bot.events("c") if isinstance(event, ActionExecuted)]
    assert names == ["action_session_start", *["utter_backup", "utter_price", "action_listen"] * 8]
    assert bot.state("c").turn == 8
