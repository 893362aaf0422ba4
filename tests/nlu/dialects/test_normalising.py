"""Dialect wording put into Mandarin, and ordinary Mandarin left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlu.dialects import mandarin_of, normalise, read_words, standard
from nlu.text import fold


@pytest.mark.parametrize(
    ("said", "mandarin"),
    [
        ("呢个云服务器几多钱一年呀", "这个云服务器多少钱一年呀"),
        ("唔该帮我睇下有冇平啲嘅套餐", "麻烦帮我看一下有没有便宜点的套餐"),
        ("啲服务器好慢,冇人理我哋", "这些服务器好慢,没人理我们"),
        ("我谂下先", "我先想一下"),
        ("你哋平过第二间几多", "你们比另一家平多少"),
        ("可唔可以", "可不可以"),
        ("呢個伺服器點收費", "这个服务器怎么收费"),
        ("这个一年好多钱嘛,相因点要得不", "这个一年多少钱嘛,便宜点行吗"),
        ("啥子时候可以开通,莫豁我", "什么时候可以开通,别骗我"),
        ("又扯拐了,好久给我弄好", "又出故障了,什么时候给我弄好"),
        ("搿个几钿一年,阿有优惠", "这个多少钱一年,有没有优惠"),
        ("侬搿个忒贵了", "你这个太贵了"),
        ("阮欲买一台,有优惠无", "我们要买一台,有没有优惠"),
        ("这个偌济钱", "这个多少钱"),
        ("咋整啊,老闹心了", "怎么办啊,很心烦"),
        ("给我整一台八核的呗", "给我弄一台八核的吧"),
        ("你們的軟體可以串接我們的資料庫嗎", "你们的软件可以对接我们的数据库吗"),
    ],
)
def test_dialect_words_become_mandarin(said: str, mandarin: str) -> None:
    assert normalise(said).text == mandarin


@pytest.mark.parametrize(
    "text",
    [
        "我要性价比高的云服务器,还要支持异地备份,最好能对接我现有的系统",
        "那这个的年费是多少",
        "两点开会,重点收费项目先讲",
        "系统升级以后关系到所有用户",
        "先走了,行不行明天再说",
        "等了好久才有人接",
        "最近胖了好多",
        "毛呢套装裙多少钱",
        "请快点解决",
        "整个系统都不好用",
        "一边种地一边上班",
        "第二天再来",
        "转人工客服",
        "但系统提示错误",
        "有困难的时候找我们",
        "老年人用的手机",
        "我曾经用过阿里云",
        "请勿打扰",
        "下雨天路上堵车",
        "今天会议几点开始",
    ],
)
def test_ordinary_mandarin_stays(text: str) -> None:
    assert normalise(text).text == fold(text)
    assert normalise(text).words == ()


def test_every_character_knows_what_was_said_in_its_place() -> None:
    said = "唔该帮我睇下有冇平啲嘅套餐"
    heard = normalise(said)
    assert len(heard.text) == len(heard.origins)
    start = heard.text.index("便宜点")
    first, last = heard.original(start, start + len("便宜点"))
    assert said[first:last] == "平啲"
    assert [(word.said, word.mandarin, word.dialect) for word in heard.words][:2] == [
        ("唔该", "麻烦", "yue"),
        ("睇下", "看一下", "yue"),
    ]
    assert all(said[word.start : word.end] == word.said for word in heard.words)


def test_words_that_moved_keep_their_place() -> None:
    said = "我谂下先"
    heard = normalise(said)
    first, last = heard.original(heard.text.index("想"), heard.text.index("想") + 3)
    assert said[first:last] == "谂下"


def test_what_mandarin_has_too_needs_the_dialect_to_be_known() -> None:
    assert normalise("好久可以开通").text == "好久可以开通"
    assert normalise("好久可以开通", "cmn-sichuan").text == "什么时候可以开通"
    assert normalise("好久可以开通", "yue").text == "好久可以开通"


def test_a_coloured_mandarin_has_the_words_of_its_dialect() -> None:
    assert normalise("老贵", "cmn-wu").text == normalise("老贵", "wuu").text == "很贵"


def test_an_empty_text_and_an_empty_span_are_kept() -> None:
    assert normalise("").text == ""
    assert normalise("").original(0, 0) == (0, 0)
    assert normalise("几多钱").original(2, 2) == (0, 0)


def test_words_alone_are_put_into_mandarin() -> None:
    assert mandarin_of(["几多", "啥子", "云服务器", "点", "唔该"]) == ("多少", "什么", "云服务器", "点", "谢谢")


def test_operators_add_words_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "dialect_words.tsv"
    path.write_text("word\tmandarin\n巴倒烫\t劣质产品\n盒盒\t服务器\n几多银两\t多少钱\n", encoding="utf-8")
    lexicon = standard().extended(read_words(path))
    assert normalise("这个盒盒几多银两,怕是巴倒烫", lexicon=lexicon).text == "这个服务器多少钱,怕是劣质产品"
    assert normalise("这个盒盒").text == "这个盒盒"
