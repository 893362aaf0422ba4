"""Replies in a language model's words through the whole turn: stored, counted, in the voice of the conversation's adapter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from deploy.bot import SalesBot
from deploy.bot_parts import Shared, parts_of
from deploy.metrics import Metrics
from deploy.story_tests import without_model
from dialogue.adapters.opening import swap
from dialogue.events import AdapterChosen, AdapterReplied, BotUttered, Event, ReplyBlocked
from dialogue.track import initial_state, track
from nlu.understanding import Entity, Need, Understanding
from tests.dialogue.adapters.folders import adapter
from tests.dialogue.llm.server import Answer, Endpoint, endpoint
from tests.dialogue.wording.house import WORDS, house

SORRY = "非常抱歉让您久等了，我马上帮您看。"
TEMPLATE = "非常抱歉，给您添麻烦了。"
LLM = 'models: {{llm: {{url: "{url}", model: base, retries: 0, failures: 9}}}}\nadapters: {{tenant: north}}\n'


class Scripted:
    def parse(self, text: str) -> Understanding:
        entities = {"price_inquiry": (Entity("product_type", "cloud_server", "云服务器", 0, 4),)}
        needs = tuple(Need(one.intent, 0.9, entities.get(one.intent, ()), one.start, one.end) for one in WORDS.get(text, ()))
        return Understanding(text, needs, tuple(entity for need in needs for entity in need.entities), 0.9)


@dataclass
class Ear:
    """A caller who hears what is handed on; what else happens meanwhile is told by `meanwhile`."""

    meanwhile: Callable[[], None] = lambda: None
    heard: list[str] = field(default_factory=list)
    wanted: bool = True

    def say(self, so_far: str) -> None:
        self.heard.append(so_far)
        if len(self.heard) == 1:
            self.meanwhile()


@dataclass
class Shop:
    bot: SalesBot
    served: Endpoint

    def events(self, kind: type[Event]) -> list[Event]:
        return [event for event in self.bot.events("c") if isinstance(event, kind)]


Opened = Callable[..., Shop]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    with ExitStack() as stack:

        def shop(*answers: Answer) -> Shop:
            served = stack.enter_context(endpoint(*answers))
            bot = house(tmp_path, LLM.format(url=served.url))
            shared = Shared.of(bot, f"sqlite:///{tmp_path / 'talks.sqlite'}")
            return Shop(stack.enter_context(closing(SalesBot(parts_of(bot, Scripted(), shared)))), served)

        yield shop


def test_the_history_holds_the_words_that_were_said_and_the_store_how_they_came(opened: Opened) -> None:
    shop = opened(Answer((SORRY,)))
    reply = shop.bot.turn("c", "又打不开了")
    assert reply.text == SORRY
    assert [(one.response, one.model, one.worded) for one in reply.wordings] == [("utter_complaint", "base", True)]
    assert reply.times.word_ms == pytest.approx(reply.wordings[0].whole_ms, abs=1)
    stored = shop.events(BotUttered)[-1]
    assert isinstance(stored, BotUttered)
    assert (stored.text, stored.template, stored.response) == (SORRY, TEMPLATE, "utter_complaint")
    assert shop.events(AdapterReplied) == list(reply.wordings)
    said = [event.text for event in shop.bot.state("c").history if isinstance(event, BotUttered)]
    assert said == [SORRY]


def test_replaying_the_events_asks_no_model(opened: Opened) -> None:
    shop = opened(Answer((SORRY,)))
    shop.bot.turn("c", "又打不开了")
    state = initial_state("c", shop.bot.bot.domain)
    for event in shop.bot.events("c"):
        state = track(state, event)
    assert state == shop.bot.state("c")
    assert len(shop.served.asked) == 1


def test_each_need_is_worded_from_its_own_part_of_the_sentence(opened: Opened) -> None:
    shop = opened(Answer(("您先用七天呢。",)), Answer((SORRY,)))
    reply = shop.bot.turn("c", "能先试用吗，又打不开了")
    assert reply.text == f"您先用七天呢。现在给您开通吗？\n{SORRY}"
    assert [one["messages"][-1]["content"] for one in shop.served.asked] == ["能先试用吗", "又打不开了"]


def test_the_same_response_to_two_needs_is_heard_once(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    twice = "又打不开了，又打不开了"
    monkeypatch.setitem(WORDS, twice, (Need("complaint", 0.9, start=0, end=5), Need("complaint", 0.9, start=6, end=11)))
    shop = opened(Answer((SORRY,)))
    assert shop.bot.turn("c", twice).text == SORRY
    assert len(shop.served.asked) == 1


def test_a_model_that_is_away_is_not_noticed_but_counted(opened: Opened) -> None:
    shop, metrics = opened(Answer((SORRY,)), Answer(status=503), Answer(("坏了我们全额赔付。",)), Answer((SORRY,))), Metrics()
    replies = [shop.bot.turn("c", "又打不开了") for _ in range(4)]
    assert [reply.text for reply in replies] == [SORRY, TEMPLATE, TEMPLATE, SORRY]
    assert [event.kind for event in shop.events(ReplyBlocked) if isinstance(event, ReplyBlocked)] == ["promise"]
    for reply in replies:
        metrics.turn("rest", reply)
    told = metrics.text().decode()
    for outcome, count in {"worded": 2, "busy": 1, "promise": 1}.items():
        assert f'xiangyin_wordings_total{{adapter="",outcome="{outcome}"}} {count}.0' in told
    assert "xiangyin_wording_first_seconds_count 3.0" in told


def test_another_persona_speaks_in_mid_call_with_its_own_adapter_and_prompt(opened: Opened) -> None:
    shop = opened(Answer((SORRY,)))
    adapters = shop.bot._parts.adapters
    assert adapters is not None
    for name, persona, department in (
        ("v1.0-warm", "standard", ""),
        ("v1.0-crisp", "expert", ""),
        ("v1.0-after", "", "after-sales"),
    ):
        adapters.registry.add(adapter(name, persona=persona, department=department, content=name.encode().hex().ljust(64, "0")))
        adapters.registry.promote(name)
    adapters.refresh()
    for slots in ({}, {"persona": "expert"}, {"persona": "standard"}, {"department": "after-sales"}):
        if slots:
            swap(shop.bot.store, "c", slots)
        shop.bot.turn("c", "又打不开了")
    assert [one["model"].partition("@")[0] for one in shop.served.asked] == [
        "north/v1.0-warm",
        "north/v1.0-crisp",
        "north/v1.0-warm",
        "north/v1.0-after",
    ]
    assert [one["messages"][0]["content"].split("\n")[0] for one in shop.served.asked[:3]] == [
        "你是云汇科技的客服。",
        "你是云汇科技的资深顾问。",
        "你是云汇科技的客服。",
    ]
    chosen = [event.adapter for event in shop.events(AdapterChosen) if isinstance(event, AdapterChosen)]
    assert chosen == ["v1.0-warm", "v1.0-crisp", "v1.0-after"]
    spoke = [event.adapter for event in shop.events(AdapterReplied) if isinstance(event, AdapterReplied)]
    assert spoke == ["v1.0-warm", "v1.0-crisp", "v1.0-warm", "v1.0-after"]


def test_a_caller_hears_earlier_messages_before_the_model_is_asked_and_the_rest_with_the_reply(opened: Opened) -> None:
    shop, caller = opened(Answer(("您先用七天呢。",)), Answer((SORRY,))), Ear()
    reply = shop.bot.turn("c", "能先试用吗，又打不开了", "voice", mouth=caller)
    assert caller.heard[:2] == ["您先用七天呢。", "您先用七天呢。现在给您开通吗？"]
    assert reply.speech == caller.heard[-1]


def test_a_turn_that_was_overtaken_says_what_was_heard_already(opened: Opened) -> None:
    shop = opened(Answer((SORRY,)), Answer(("对不起，我这就帮您查。",)))
    shop.bot.turn("c", "能先试用吗")
    caller = Ear(meanwhile=lambda: swap(shop.bot.store, "c", {"persona": "expert"}))
    reply = shop.bot.turn("c", "又打不开了", "voice", mouth=caller)
    assert len(shop.served.asked) == 2
    assert reply.text == "对不起，我这就帮您查。"
    assert [event.text for event in shop.events(BotUttered) if isinstance(event, BotUttered)][-1] == "对不起，我这就帮您查。"


def test_a_test_of_stories_has_no_model(opened: Opened) -> None:
    shop = opened(Answer((SORRY,)))
    bot = without_model(shop.bot.bot)
    with closing(SalesBot(parts_of(bot, Scripted(), Shared.of(bot, "sqlite://")))) as tested:
        assert tested.turn("c", "又打不开了").text == TEMPLATE
    assert shop.served.asked == []
