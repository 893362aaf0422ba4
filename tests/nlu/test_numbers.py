"""Chinese and Arabic numerals."""

from __future__ import annotations

import pytest

from nlu import numbers


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("一千二", 1200),
        ("一万五", 15000),
        ("两百零三", 203),
        ("一百五", 150),
        ("十六", 16),
        ("一百一十", 110),
        ("三万五千八", 35800),
        ("一万零五十", 10050),
        ("1.5万", 15000),
        ("1万5", 15000),
        ("1万5千", 15000),
        ("1万零5", 10005),
        ("3k", 3000),
        ("2w", 20000),
        ("1,000", 1000),
        ("一点五万", 15000),
        ("壹仟", 1000),
        ("一百廿", 120),
        ("三五千", 5000),
        ("一两", 2),
        ("一两百", 200),
        ("十一二", 12),
        ("幺二", 12),
        ("二零二六", 2026),
        ("一亿", 100_000_000),
    ],
)
def test_a_numeral_has_its_value(text: str, value: float) -> None:
    assert numbers.parse(text) == value


@pytest.mark.parametrize("text", ["", "万", "千万", "多少", "服务器"])
def test_what_is_no_number_has_no_value(text: str) -> None:
    assert numbers.parse(text) is None


@pytest.mark.parametrize(("text", "value"), [("十来万", 100_000), ("二十几万", 200_000), ("一千多", 1000)])
def test_about_counts_as_the_number_itself(text: str, value: float) -> None:
    assert numbers.parse(text) == value


def test_numbers_are_found_with_their_spans() -> None:
    found = numbers.find("要一千二百个并发,8核16g")
    assert [(number.value, number.start, number.end) for number in found] == [(1200, 1, 5), (8, 9, 10), (16, 11, 13)]


def test_figures_spoken_one_by_one_become_digits() -> None:
    assert numbers.digits("幺三八零零一三八0洞拐") == "13800138007"
    assert numbers.digits("幺三八转") is None
