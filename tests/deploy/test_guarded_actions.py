"""A custom action's text through the whole turn: stopped, replaced, stored, counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.bot import BotParts, SalesBot
from deploy.metrics import Metrics
from dialogue.actions.action import ActionContext
from dialogue.actions.catalogue import actions_of
from dialogue.bot_files import load_bot
from dialogue.events import BotUttered, Event, ReplyBlocked
from dialogue.responses import DomainResponder
from dialogue.store import EventStore
from nlu.understanding import Understanding
from policies.ensemble import Ensemble

FILES = {
    "domain.yml": """
version: "3.1"
intents: [insurance]
actions: [action_insure]
responses:
  utter_ask_colleague: [{text: "我请同事答复您。"}]
  utter_ask_again: [{text: "没听清"}]
  utter_offer_person: [{text: "要转人工吗"}]
  utter_pass_on: [{text: "这就转"}]
  utter_hand_over: [{text: "转人工"}]
""",
    "data/rules.yml": 'version: "3.1"\nrules:\n- rule: insure\n  steps: [{intent: insurance}, {action: action_insure}]\n',
    "facts/promises.yml": "never: [全额赔付]\n",
    "endpoints.yml": 'action_endpoint: {url: "http://localhost:5055/webhook"}\n',
}


@dataclass(frozen=True, slots=True)
class Insure:
    def run(self, context: ActionContext) -> tuple[Event, ...]:
        del context
        return (BotUttered("坏了我们全额赔付。", "坏了我们全额赔付。"),)


class NothingUnderstood:
    def parse(self, text: str) -> Understanding:
        return Understanding(text)


def opened(folder: Path, guard: str) -> SalesBot:
    for name, text in {**FILES, "bot.yml": f"guard: {guard}\n"}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    bot = load_bot(folder)
    actions = {**actions_of(bot), "action_insure": Insure()}
    store = EventStore(f"sqlite:///{folder / 'conversations.sqlite'}")
    return SalesBot(BotParts(bot, NothingUnderstood(), Ensemble.of(bot), actions, DomainResponder(bot.domain), store))


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[SalesBot]:
    talking = opened(tmp_path, "{action_server: true, instead: utter_ask_colleague}")
    yield talking
    talking.close()


def test_the_customer_hears_the_response_and_the_store_keeps_the_reason(bot: SalesBot) -> None:
    reply = bot.turn("c", "/insurance")
    assert reply.text == "我请同事答复您。"
    assert [event.kind for event in bot.events("c") if isinstance(event, ReplyBlocked)] == ["promise"]


def test_what_was_stopped_is_counted_by_kind(bot: SalesBot) -> None:
    metrics = Metrics()
    metrics.turn("rest", bot.turn("c", "/insurance"))
    assert b'xiangyin_guard_blocked_total{kind="promise"} 1.0' in metrics.text()


def test_without_the_setting_an_action_says_what_it_likes(tmp_path: Path) -> None:
    talking = opened(tmp_path, "{}")
    assert talking.turn("c", "/insurance").text == "坏了我们全额赔付。"
    talking.close()
