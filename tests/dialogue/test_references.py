"""What words point at, in Mandarin and in dialect wording."""

from __future__ import annotations

import pytest

from dialogue.references import find


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("第二个多少钱", "number"),
        ("后者吧", "number"),
        ("便宜的那个", "cheapest"),
        ("平嗰个", "cheapest"),
        ("最便宜的多少钱", "cheapest"),
        ("贵的那款", "dearest"),
        ("再给我报一个便宜点的", "cheaper"),
        ("有冇平啲嘅", "cheaper"),
        ("有没有便宜点儿的", "cheaper"),
        ("低一档的呢", "cheaper"),
        ("有没有大一点的", "dearer"),
        ("另外再来一台4核的", "another"),
        ("还要一台4核8G的", "another"),
        ("两种都要", "both"),
        ("两个我都要", "both"),
        ("前面说的那台", "before"),
        ("还是刚才那个吧", "before"),
        ("刚才那个多少钱", "this"),
        ("随便", "any"),
        ("都可以,你推荐一个吧", "any"),
        ("不知道要多大", "any"),
        ("随侬", "any"),
        ("都中,你给挑一个", "any"),
        ("我也不懂啊,你给推荐一个呗", "any"),
        ("我唔识㗎,你推荐个啦", "any"),
        ("小一点的有没有", "cheaper"),
    ],
)
def test_words_that_point_somewhere(text: str, kind: str) -> None:
    found = find(text)

    assert found is not None
    assert found.kind == kind
    assert text[found.start : found.end] == found.words


@pytest.mark.parametrize(
    "text", ["能便宜点吗", "便宜点的话我就买", "还要支持异地备份", "要8核16G的", "随便问问价格", "能不能再便宜点", "都要多少钱"]
)
def test_words_that_point_nowhere(text: str) -> None:
    assert find(text) is None


def test_what_was_not_understood_may_leave_the_choice_to_the_bot_loosely() -> None:
    found = find("随便侬看着帮", loosely=True)

    assert found is not None
    assert found.kind == "any"
    assert find("随便侬看着帮我把数据库搬到云上去吧", loosely=True) is None
    assert find("随便侬看着帮") is None


def test_the_number_is_told_in_figures_or_characters() -> None:
    numbers = [found.number for text in ("第一种", "第3个", "最后那个", "前者") if (found := find(text)) is not None]

    assert numbers == [1, 3, -1, 1]


@pytest.mark.parametrize("text", ["个" * 1996 + "服务器", "都可以" * 600 + "服务器", "不懂的的" * 400 + "服务器"])
def test_a_long_line_of_fillers_is_read_at_once(text: str) -> None:
    assert find(text) is None
