"""The demo's call, in virtual time: the real bot, the real voice and the caller's own sound; `make demo` holds it aloud."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from asr.transcript import Recogniser
from deploy.bot import SalesBot
from deploy.demo import SENTENCES, caller_words, faults
from deploy.media.equip import equip, fixed_sentences
from deploy.media.file_line import FileLine
from deploy.media.parts import CallName
from deploy.media.records import CallRecord
from deploy.media.session import CallSession
from deploy.media.virtual_time import run_in_virtual_time
from tests.fakes import ScriptedRecogniser

BOT = Path(__file__).parents[2] / "examples" / "cloud_sales"


@pytest.fixture(scope="module")
def bot() -> Iterator[SalesBot]:
    bot = SalesBot.load(BOT, "sqlite://")
    yield bot
    bot.close()


def call(bot: SalesBot, recogniser: Recogniser | None) -> CallRecord:
    async def main() -> CallRecord:
        parts = equip(bot, recogniser)
        try:
            line = FileLine(np.concatenate([sound for word in caller_words() for sound in (word, pause)]), 8000)
            return await CallSession(CallName("demo", "file"), line, parts).run()
        finally:
            parts.speaker.close()

    pause = np.zeros(8000, np.float32)
    return run_in_virtual_time(main())


@pytest.fixture(scope="module")
def record(bot: SalesBot) -> CallRecord:
    seconds = [len(word) / 8000 for word in caller_words()]
    return call(bot, ScriptedRecogniser(dict(zip(seconds, SENTENCES, strict=True))))


def test_the_caller_s_needs_are_found_and_the_yearly_price_is_quoted(bot: SalesBot, record: CallRecord) -> None:
    assert faults(record, bot.bot.facts) == []
    assert record.ended == "hang_up"
    assert record.turns[-1].slots["concurrency"].words == "1000并发"


def test_a_call_that_went_wrong_is_told_in_words(bot: SalesBot, record: CallRecord) -> None:
    first, last = record.turns
    facts = bot.bot.facts
    assert faults(replace(record, turns=()), facts) == ["2 turns were to be answered, 0 were"]
    missed = replace(record, turns=(replace(first, needs=("product_inquiry", "requirement")), last))
    assert faults(missed, facts) == ["need integration was not found"]
    unpriced = replace(record, turns=(first, replace(last, reply="我问一下同事。")))
    assert faults(unpriced, facts) == [f"the yearly price {price(bot, last.slots['quoted'].value)} was not named"]


def price(bot: SalesBot, row_id: str) -> object:
    row = bot.bot.facts.tables["prices"].row(row_id)
    assert row is not None
    return row["price_year_yuan"]


def test_fixed_sentences_are_those_that_need_nothing_filled_in(bot: SalesBot) -> None:
    sentences = fixed_sentences(bot.bot)
    assert len(sentences) > 10
    assert len(set(sentences)) == len(sentences)
    assert not any("{" in sentence or "http" in sentence for sentence in sentences)


def test_the_greeting_is_fixed_though_it_names_the_house(bot: SalesBot) -> None:
    name = bot.bot.facts.terms["assistant"]
    assert any(f"我是智能语音助手{name}" in sentence for sentence in fixed_sentences(bot.bot))
