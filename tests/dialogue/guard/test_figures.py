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
