"""What was filled into a response, read back."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogue.domain import ResponseVariation
from dialogue.wording.values import filled, others_of, phrase, row_of
from tests.dialogue.wording.house import house

VARIATIONS = (
    ResponseVariation("{name}包年{price_year_yuan}元，{specs}。"),
    ResponseVariation("{name}一个月{price_month_yuan}元{{含税}}。"),
)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        (
            "对象存储包年120元，三份副本、带图片处理。",
            {"name": "对象存储", "price_year_yuan": "120", "specs": "三份副本、带图片处理"},
        ),
        ("对象存储一个月12元{含税}。", {"name": "对象存储", "price_month_yuan": "12"}),
        ("没有这样的回答。", {}),
    ],
)
def test_values_are_read_back_by_the_variation_that_was_said(text: str, values: dict[str, str]) -> None:
    assert filled(VARIATIONS, text) == values


def test_the_row_is_the_only_one_with_all_that_was_said(tmp_path: Path) -> None:
    facts = house(tmp_path).facts
    assert row_of({"answer": "我们代您提交，一般要一到三周"}, facts)["name"] == "备案"
    assert row_of({"name": "云服务器标准型8核16G", "price_month_yuan": "469"}, facts)["id"] == "cs"
    assert row_of({"name": "云服务器标准型8核16G", "price_month_yuan": "470"}, facts) == {}
    assert row_of({"trial_days": "7"}, facts) == {}


def test_other_names_are_those_of_the_same_column(tmp_path: Path) -> None:
    facts = house(tmp_path).facts
    assert others_of("name", "备案", facts) == ("安全防护",)
    assert others_of("name", "退款", facts) == ()
    assert others_of("seller", "云汇科技", facts) == ()


def test_a_phrase_without_all_its_values_is_none() -> None:
    assert phrase("{a}每月{b}元", {"a": "云备份", "b": 19}.get) == "云备份每月19元"
    assert phrase("{a}每月{b}元", {"a": "云备份"}.get) is None
