"""A grammar out of a bot's own files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from synth_data.texts.bot_grammar import fitted, grammar_of_bot, spoken
from synth_data.texts.grammar import Grammar, GrammarError, Kinds, combined, load_grammar
from synth_data.texts.settings import TextSettings
from synth_data.texts.source import source_of

BOT = """
version: "3.1"
intents: [ask_price, greet]
entities: [drink]
nlu:
- intent: ask_price
  examples: |
    - [拿铁](drink)多少钱
    - 来3杯[美式](drink)，打8折行吗
    - 请发到 cafe@example.com
    - 我哋想要[拿铁](drink)
    - 侬拉[美式](drink)几钿
- intent: greet+ask_price
  examples: |
    - 你好|[拿鐵](drink)多少錢
- lookup: drink
  examples: |
    - 摩卡
- synonym: latte
  examples: |
    - 拿铁
    - 热拿铁
"""
PRICES = "id,drink,name,price_yuan,asked_as\nm-1,latte,拿铁大杯,30,大杯的拿铁呢|有没有大杯\n"


@pytest.fixture
def bot(tmp_path: Path) -> Grammar:
    (tmp_path / "domain.yml").write_text(BOT, "utf-8")
    (tmp_path / "facts").mkdir()
    (tmp_path / "facts/prices.csv").write_text(PRICES, "utf-8")
    return grammar_of_bot(tmp_path)


def texts(grammar: Grammar, dialect: str) -> set[str]:
    return {one.text for one in grammar.templates[dialect]}


def test_examples_are_templates_with_their_entities_as_slots_and_numbers_in_words(bot: Grammar) -> None:
    assert {"{drink}多少钱", "来三杯{drink}，打八折行吗", "你好{drink}多少钱"} <= texts(bot, "cmn")


def test_questions_of_the_facts_are_templates(bot: Grammar) -> None:
    assert {"大杯的拿铁呢", "有没有大杯"} <= texts(bot, "cmn")


def test_marked_words_synonyms_lookups_and_names_of_facts_fill_the_slots(bot: Grammar) -> None:
    assert set(bot.slots["drink"]) == {"拿铁", "美式", "摩卡", "热拿铁", "拿铁大杯"}


def test_a_sentence_in_dialect_words_is_for_speakers_of_the_dialect(bot: Grammar) -> None:
    assert texts(bot, "yue") == {"我哋想要{drink}"}
    assert texts(bot, "wuu") == texts(bot, "cmn-wu") == {"侬拉{drink}几钿"}


def test_what_cannot_be_read_aloud_is_left_out(bot: Grammar) -> None:
    assert not any("@" in text or "CAFE" in text for text in texts(bot, "cmn"))


def test_any_bots_trade_is_spoken_of_with_the_general_grammar(tmp_path: Path) -> None:
    examples = "\n".join(f"    - 我要第{number}种做法的那杯" for number in range(60))
    (tmp_path / "domain.yml").write_text(BOT.replace("    - [拿铁](drink)多少钱", examples, 1), "utf-8")
    source = source_of("general", TextSettings((tmp_path,)), frozenset())
    kinds = Kinds(single=1, compound=0, small=0, words=0, digits=0)
    for split in ("train", "eval"):
        said = [source.sample(np.random.default_rng(seed), "cmn", split, kinds) for seed in range(40)]  # type: ignore[arg-type]
        assert any("种做法" in one.text for one in said)
        assert not any("服务器" in one.text for one in said)


def test_a_bot_with_too_few_examples_for_a_split_is_told(tmp_path: Path) -> None:
    (tmp_path / "domain.yml").write_text('version: "3.1"\nintents: [a]\n', "utf-8")
    source = source_of("general", TextSettings((tmp_path,)), frozenset())
    with pytest.raises(GrammarError, match="no template for train"):
        source.sample(np.random.default_rng(1), "cmn", "train", Kinds(single=1, compound=0, small=0, words=0, digits=0))


def test_values_of_the_written_grammar_become_slots_of_the_bots_sentences() -> None:
    written = load_grammar("cloud_sales")
    bot = grammar_of_bot(Path(__file__).parents[3] / "examples/cloud_sales")
    whole = combined([written, fitted(bot, written)])
    assert len(whole.templates["cmn"]) > 3000
    assert "product_type" not in whole.slots
    assert {"云主机", "云服务器标准型两核四G"} <= set(whole.slots["product"])
    assert any(one.text == "就买{period}" for one in whole.templates["cmn"]) or any("{period}" in t for t in texts(whole, "cmn"))
    assert {one.intent for one in whole.templates["small@cmn"]} >= {"greet", "goodbye", "small"}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("要8核16G的", "要八核十六G的"),
        ("99.95%", "百分之九十九点九五"),
        ("13800001111", "一三八零零零零一一一一"),
        ("買2台?", "买两台，"),
    ],
)
def test_texts_are_put_as_they_are_said(written: str, said: str) -> None:
    assert spoken(written) == said
