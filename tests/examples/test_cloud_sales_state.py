"""What the sample bot remembers beyond slots, in its own words; sentences are understood as a script says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.bot import BotParts, SalesBot
from dialogue.actions.catalogue import actions_of
from dialogue.bot_files import load_bot
from dialogue.events import LeadRecorded
from dialogue.responses import DomainResponder
from dialogue.store import EventStore
from nlu.understanding import Entity, Need, Understanding
from policies.ensemble import Ensemble

BOT = Path(__file__).parents[2] / "examples" / "cloud_sales"
WORDS: dict[str, tuple[str, str | int]] = {
    "云服务器": ("product_type", "cloud_server"),
    "CDN": ("product_type", "cdn"),
    "对象存储": ("product_type", "object_storage"),
    "8核": ("cpu_cores", 8),
    "4核": ("cpu_cores", 4),
    "500G": ("memory_gb", 500),
    "一年": ("billing_period", "year"),
    "备份": ("feature", "backup"),
    "迁移": ("feature", "migration"),
    "王女士": ("contact_name", "王女士"),
    "13800001234": ("phone", "13800001234"),
    "13900001234": ("phone", "13900001234"),
}


class Scripted:
    """Understands a sentence by the words above and below: one need, entities where their words stand."""

    def parse(self, text: str) -> Understanding:
        intent = next((name for mark, name in INTENTS.items() if mark in text), "")
        places = sorted((text.index(word), word) for word in WORDS if word in text)
        entities = tuple(Entity(*WORDS[word], word, at, at + len(word)) for at, word in places)
        return Understanding(text, (Need(intent, 0.9, entities, 0, len(text)),) if intent else (), entities, 0.9)


INTENTS = {
    "便宜点的": "discount",
    "多少钱": "price_inquiry",
    "下单": "purchase",
    "改成": "supplement_demand",
    "怎么卖": "product_inquiry",
    "备份": "requirement",
    "迁移": "requirement",
    "核": "supplement_demand",
    "接": "integration",
}


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[SalesBot]:
    files = load_bot(BOT)
    store = EventStore(f"sqlite:///{tmp_path / 'test.sqlite'}")
    parts = BotParts(files, Scripted(), Ensemble.of(files), actions_of(files), DomainResponder(files.domain), store)
    yield SalesBot(parts)
    store.close()


def talk(bot: SalesBot, *said: str) -> list[str]:
    return [bot.turn("c", text).text for text in said]


def test_a_cheaper_one_beside_it_and_what_both_cost_together(bot: SalesBot) -> None:
    first, cheaper, second, together = talk(
        bot, "8核云服务器多少钱", "再给我报一个便宜点的", "第一个一年多少钱", "两台一共多少钱"
    )

    assert "云服务器标准型8核16G" in first
    assert "云服务器内存型4核16G" in cheaper
    assert "3190元" in cheaper
    assert "云服务器标准型8核16G" in second
    assert "4690元" in second
    assert "云服务器标准型8核16G和云服务器内存型4核16G" in together
    assert "7880元" in together


def test_what_was_turned_down_is_not_in_the_lead(bot: SalesBot) -> None:
    replies = talk(bot, "8核云服务器多少钱", "要备份", "要迁移", "备份就算了", "下单", "王女士", "13800001234")
    (lead,) = [event for event in bot.events("c") if isinstance(event, LeadRecorded)]

    assert "备份" in replies[3]
    assert "保留七天" not in replies[3]
    assert lead.fields["features"] == ["migration"]
    assert [need.status for need in bot.state("c").asked if need.intent == "requirement"] == ["refused", "answered"]


def test_both_are_in_the_lead(bot: SalesBot) -> None:
    talk(bot, "8核云服务器多少钱", "再给我报一个便宜点的", "两种都要", "王女士", "13800001234")
    (lead,) = [event for event in bot.events("c") if isinstance(event, LeadRecorded)]

    assert lead.fields["wanted"] == ["cs-8c16g", "cs-4c16g"]


def test_a_number_put_right_after_the_lead_was_recorded_is_recorded_anew(bot: SalesBot) -> None:
    *_, changed = talk(bot, "8核云服务器多少钱", "下单", "王女士", "13800001234", "改成13900001234")
    leads = [event for event in bot.events("c") if isinstance(event, LeadRecorded)]

    assert [lead.fields["phone"] for lead in leads] == ["13800001234", "13900001234"]
    assert "云服务器" not in changed


def test_who_leaves_it_to_the_bot_is_told_that_it_is_the_usual_one(bot: SalesBot) -> None:
    _, usual, price = talk(bot, "云服务器怎么卖", "随便,你推荐一个吧", "一年多少钱")

    assert "云服务器标准型4核8G" in usual
    assert any(word in usual for word in ("选得最多", "最常用"))
    assert "2290元" in price


def test_the_same_question_is_not_asked_twice_in_the_same_words(bot: SalesBot) -> None:
    first, second, third = talk(bot, "能接我们的系统吗", "能接我们的系统吗", "能接我们的系统吗")

    assert "哪" in first
    assert "电话" in second or "电话" in third
    assert len({first, second, third}) == 3


def test_rows_that_no_size_tells_apart_are_told_one_by_one(bot: SalesBot) -> None:
    told, second = talk(bot, "CDN一年多少钱", "第二个一年多少钱")

    assert all(amount in told for amount in ("790元", "2890元", "12900元"))
    assert "2890元" in second
    assert "790元" not in second.replace("2890元", "")


def test_traffic_is_told_like_storage(bot: SalesBot) -> None:
    (told,) = talk(bot, "500GCDN一年多少钱")

    assert "CDN每月500G流量包" in told
    assert "2T" not in told


def test_a_size_of_memory_is_one_of_storage_where_there_is_no_memory(bot: SalesBot) -> None:
    (told,) = talk(bot, "500G对象存储多少钱")

    assert "对象存储500G包" in told
    state = bot.state("c")
    assert (state.value("storage_gb"), state.value("memory_gb")) == (500, None)
