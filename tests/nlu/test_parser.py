"""What a trained parser makes of sentences that it was not trained on."""

from __future__ import annotations

import pytest

from nlu.features import prepare
from nlu.parser import NluParser
from nlu.understanding import DialectParser, Understanding

THREE = "我要能支持1000并发的云服务器,性价比高一点,还要支持异地备份,最好能对接我现有的ERP系统"


def spans(result: Understanding) -> list[tuple[str, str]]:
    return [(need.intent, result.text[need.start : need.end]) for need in result.needs]


def test_three_needs_in_one_breath_are_three_with_their_spans(parser: NluParser) -> None:
    assert spans(parser.parse(THREE)) == [
        ("product_inquiry", "我要能支持1000并发的云服务器,性价比高一点"),
        ("requirement", "还要支持异地备份"),
        ("integration", "最好能对接我现有的ERP系统"),
    ]


def test_a_recogniser_writes_no_punctuation_and_is_understood_all_the_same(parser: NluParser) -> None:
    heard = "我要能支持一千并发的云服务器性价比高一点还要支持异地备份最好能对接我现有的ERP系统"
    assert parser.parse(heard).intents == ("product_inquiry", "requirement", "integration")


def test_a_slip_of_the_recogniser_changes_neither_needs_nor_entities(parser: NluParser) -> None:
    result = parser.parse("我要一台允服务器还要支持益地备份")
    assert result.intents == ("product_inquiry", "requirement")
    assert [(entity.entity, entity.value) for entity in result.entities] == [("product_type", "ecs"), ("feature", "backup")]


def test_each_need_has_the_entities_of_its_span(parser: NluParser) -> None:
    needs = parser.parse(THREE).needs
    assert [[entity.entity for entity in need.entities] for need in needs] == [
        ["concurrency", "product_type"],
        ["feature"],
        ["external_system"],
    ]


def test_the_same_intent_twice_about_two_things_is_two_needs(parser: NluParser) -> None:
    assert parser.parse("要能异地备份,还要能自动扩容").intents == ("requirement", "requirement")


def test_a_topic_in_front_of_a_question_is_no_need_of_its_own(parser: NluParser) -> None:
    assert spans(parser.parse("这个四核八G的云服务器多少钱一年")) == [("price_inquiry", "这个四核八G的云服务器多少钱一年")]


@pytest.mark.parametrize(
    "text", ["", "   ", "😀😀", "12345", "?!。", "asdkjhq", "<script>alert(1)</script>", "SELECT * FROM users"]
)
def test_nothing_rubbish_and_bare_figures_hold_no_need(parser: NluParser, text: str) -> None:
    result = parser.parse(text)
    assert result.needs == ()
    assert result.confidence == 0.0


@pytest.mark.parametrize("text", ["帮我订一张明天去北京的机票", "红烧肉怎么做好吃", "放一首周杰伦的歌"])
def test_what_belongs_to_none_of_the_intents_is_refused(parser: NluParser, text: str) -> None:
    assert parser.parse(text).needs == ()


def test_a_phone_alone_is_no_rubbish(parser: NluParser) -> None:
    result = parser.parse("13800001234")
    assert [entity.entity for entity in result.entities] == ["phone"]
    assert result.confidence > 0.0


@pytest.mark.parametrize("text", [THREE, "要能异地备份然后这个多少钱"])
def test_the_first_need_leads_the_ranking(text: str, parser: NluParser) -> None:
    result = parser.parse(text)
    assert (result.ranking[0].intent, result.ranking[0].confidence) == (result.needs[0].intent, result.needs[0].confidence)
    assert len({guess.intent for guess in result.ranking}) == len(result.ranking) == len(parser.intents)


def test_words_of_two_meanings_are_the_dialects_where_it_is_known(parser: NluParser) -> None:
    assert isinstance(parser, DialectParser)
    lexicon = parser.model.lexicon
    assert "c便 宜" in {feature.name for feature in prepare("平滴", lexicon, dialect="yue").meant}
    assert prepare("平滴", lexicon).meant == ()
    assert parser.parse_in("呢个几多钱", "yue").intents == ("price_inquiry",)


def test_the_ranking_holds_every_intent_best_first(parser: NluParser) -> None:
    result = parser.parse("这个多少钱")
    assert len(result.ranking) == len(parser.intents) == 6
    assert result.ranking[0].intent == "price_inquiry"
    assert [guess.confidence for guess in result.ranking] == sorted((guess.confidence for guess in result.ranking), reverse=True)


def test_confidences_are_shares_and_the_sentence_is_as_sure_as_its_weakest_need(parser: NluParser) -> None:
    result = parser.parse(THREE)
    assert all(0 < need.confidence <= 1 for need in result.needs)
    assert result.confidence == min(need.confidence for need in result.needs)


def test_traditional_characters_and_full_width_letters_mean_the_same(parser: NluParser) -> None:
    result = parser.parse("最好能對接我現有的ＥＲＰ系統")
    assert result.intents == ("integration",)
    assert [(entity.value, entity.text) for entity in result.entities] == [("erp", "ＥＲＰ")]


def test_a_very_long_text_is_read_at_its_beginning(parser: NluParser) -> None:
    result = parser.parse("这个多少钱" + "啊" * 5000)
    assert result.text.endswith("啊")
    assert all(need.end <= 400 for need in result.needs)
