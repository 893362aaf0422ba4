"""Whether other words for a response still tell its facts."""

from __future__ import annotations

import pytest

from dialogue.wording.carrying import facts_of
from dialogue.wording.settings import WordedResponse

QUOTE = {"name": "云服务器标准型8核16G", "price_month_yuan": "469", "price_year_yuan": "4690"}
SAID = "云服务器标准型8核16G每月469元，包年4690元。"


def missing(words: str, body: str = SAID, entry: WordedResponse | None = None, **values: str) -> list[str]:
    return [fact.name for fact in facts_of(body, values or QUOTE, entry or WordedResponse()).missing(words)]


@pytest.mark.parametrize(
    ("words", "left_out"),
    [
        ("您好呀，云服务器标准型8核16G每月469元，包一年4690元呢。", []),
        ("云服务器标准型 8核16G 一个月四百六十九，一年四千六百九十元。", []),
        ("云服务器标准型8核16G每月469元呢。", ["price_year_yuan"]),
        ("云服务器标准型8核16G每月1469元，一年4690元。", ["price_month_yuan"]),
        ("这款每月469元，包年4690元。", ["name"]),
        ("云服务器内存型8核16G每月469元，包年4690元。", ["name"]),
        ("您好呀。", ["name", "price_month_yuan", "price_year_yuan"]),
    ],
)
def test_names_and_numbers_must_stand_unaltered(words: str, left_out: list[str]) -> None:
    assert missing(words) == left_out


def test_what_may_be_left_out_may_and_of_some_one_is_enough() -> None:
    entry = WordedResponse(may_omit=("name",), one_of=("price_month_yuan", "price_year_yuan"))
    assert missing("一年4690元呢。", entry=entry) == []
    assert missing("一个月469元呢。", entry=entry) == []
    assert missing("价格很实惠呢。", entry=entry) == ["price_month_yuan"]


@pytest.mark.parametrize(
    ("words", "stands"),
    [
        ("防火墙和入侵检测都是自带的，不另外收费呢，请您放心。", True),
        ("自带防火墙和入侵检测，都不另外收费。", True),
        ("防火墙和入侵检测都是自带的，另外收费。", False),
        ("防火墙和入侵检测都不是自带的。", False),
        ("这个可以的，请您放心。", False),
    ],
)
def test_an_explanation_must_mostly_stand_and_never_as_its_contrary(words: str, stands: bool) -> None:
    answer = "防火墙和入侵检测都是自带的，不另外收费"
    assert (missing(words, f"安全防护支持，{answer}。", answer=answer) == []) is stands


@pytest.mark.parametrize(("words", "stands"), [("一般要一到三周呢。", True), ("一般要两周呢。", False), ("很快的。", False)])
def test_the_figures_of_an_explanation_must_all_stand(words: str, stands: bool) -> None:
    answer = "我们代您提交，一般要一到三周"
    assert (missing(words, f"{answer}。", answer=answer) == []) is stands


def test_figures_and_links_that_operators_wrote_out_must_stand_too() -> None:
    body = "说明书在https://help.example/start，两分钟就能看完。包年是一年一付。"
    assert missing("打开https://help.example/start看看，两分钟。", body, name="") == []
    assert missing("看说明书呀，三分钟。", body, name="") == ["link", "figure"]
    assert missing("看说明书呀。", body, WordedResponse(may_omit=("link", "figure")), name="") == []


@pytest.mark.parametrize(
    ("words", "right"),
    [
        ("一年4690元呢。", True),
        ("这款8核16G的云服务器一年4690元。", True),
        ("云服务器标准型8核16G一年4690元。", True),
        ("标准云服务器型8核16G一年4690元。", False),
        ("云服务器内存型8核32G一年4690元。", False),
        ("云服务器标准型4核16G一年4690元。", False),
        ("云服务器标准型8核16G，比云服务器内存型8核32G便宜，一年4690元。", False),
    ],
)
def test_a_name_that_may_be_left_out_is_right_where_it_is_said(words: str, right: bool) -> None:
    entry = WordedResponse(may_omit=("name", "price_month_yuan"))
    facts = facts_of(SAID, QUOTE, entry, {"name": ("云服务器内存型8核32G", "对象存储100G包")})
    assert [fact.name for fact in facts.missing(words)] == ([] if right else ["name"])


def test_what_is_missing_names_the_sentence_that_tells_it() -> None:
    facts = facts_of("您好。每月469元。包年4690元，很划算！", {"a": "469", "b": "4690"}, WordedResponse())
    assert [fact.sentence for fact in facts.missing("每月469元呢。")] == ["包年4690元，很划算！"]
