"""Figures out of folded Mandarin."""

from __future__ import annotations

import pytest

from dialogue.guard.figures import figures


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("每月四百六十九元", [("yuan", 469)]),
        ("四百六十九一个月", [("plain", 469)]),
        ("八块五", [("yuan", 8.5)]),
        ("¥4,690", [("yuan", 4690)]),
        ("打八五折", [("discount", 8.5)]),
        ("便宜两成", [("percent", 20)]),
        ("百分之九十九点九五", [("percent", 99.95)]),
        ("半小时内", [("hours", 0.5)]),
        ("三个工作日", [("hours", 72)]),
        ("半年", [("months", 6)]),
        ("8核16g、2t硬盘", [("cores", 8), ("gb", 16), ("gb", 2048)]),
        ("两块推理卡", [("count", 2)]),
        ("五十万家客户", [("count", 500_000)]),
        ("一千人同时在线", [("concurrency", 1000)]),
        ("下午三点给您回电", [("date", 3)]),
        ("半价", [("discount", 5)]),
    ],
)
def test_a_figure_is_found_with_what_it_counts(text: str, found: list[tuple[str, float]]) -> None:
    assert [(one.kind, one.value) for one in figures(text)] == found


@pytest.mark.parametrize(
    "text",
    [
        "十分抱歉",
        "您千万别急",
        "万一断了",
        "第一备份第二防护",
        "双十一那几天",
        "稍等一下",
        "这一块我不懂",
        "等保三级",
        "我说三点",
    ],
)
def test_ways_of_speaking_are_no_figures(text: str) -> None:
    assert list(figures(text)) == []


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("不到五百块", "below"),
        ("四百多块", "above"),
        ("四百块出头", "above"),
        ("差不多五百块", "about"),
        ("五百块", "exact"),
    ],
)
def test_how_exact_a_figure_is_meant_stands_beside_it(text: str, bound: str) -> None:
    assert [one.bound for one in figures(text)] == [bound]


@pytest.mark.parametrize(
    ("text", "kind", "least", "most"),
    [
        ("备份留一整年", "months", 12, 12),
        ("大半年", "months", 6, 12),
        ("个把月", "months", 0.8, 2),
        ("一年半载", "months", 6, 12),
        ("十天半个月", "hours", 240, 360),
        ("俩月", "months", 2, 2),
        ("一两天", "hours", 24, 48),
        ("几百个g的攻击", "gb", 200, 999),
        ("好几十万家公司", "count", 200_000, 999_000),
        ("到晚上十点", "date", 10, 10),
    ],
)
def test_a_rough_quantity_reaches_from_least_to_most(text: str, kind: str, least: float, most: float) -> None:
    (found,) = figures(text)
    assert (found.kind, found.value) == (kind, pytest.approx(least))
    assert found.value + (found.size if found.bound == "range" else 0) == pytest.approx(most)


@pytest.mark.parametrize("text", ["您要用几天呢?", "让您等了好几天", "整个系统"])
def test_questions_and_the_customers_own_time_are_no_quantities(text: str) -> None:
    assert list(figures(text)) == []


@pytest.mark.parametrize(
    ("text", "value"), [("三万六千九百九", 36990), ("一百二十块", 120), ("一百二", 120), ("两百五一个月", 250), ("九块九", 9.9)]
)
def test_a_price_is_understood_as_it_is_shortened_in_speech(text: str, value: float) -> None:
    assert [one.value for one in figures(text) if one.kind in ("yuan", "plain")] == [value]
