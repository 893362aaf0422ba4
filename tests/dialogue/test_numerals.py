from __future__ import annotations

import pytest

from dialogue.numerals import read_count, read_digits, read_number, read_telephone, read_whole


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "零"),
        (2, "二"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (101, "一百零一"),
        (110, "一百一十"),
        (1010, "一千零一十"),
        (8600, "八千六百"),
        (10_000, "一万"),
        (10_010, "一万零一十"),
        (10_203, "一万零二百零三"),
        (100_000, "十万"),
        (101_000, "十万一千"),
        (1_000_001, "一百万零一"),
        (100_010_000, "一亿零一万"),
        (120_000_000, "一亿二千万"),
    ],
)
def test_whole_numbers(number: int, words: str) -> None:
    assert read_whole(number) == words


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("3.5", "三点五"),
        ("0.05", "零点零五"),
        ("1,024", "一千零二十四"),
        ("-2", "负二"),
        ("2000", "两千"),
        ("200", "两百"),
        ("20000", "两万"),
        ("22", "二十二"),
        ("12345678901234567", "一二三四五六七八九零一二三四五六七"),
    ],
)
def test_numbers_as_written(number: str, words: str) -> None:
    assert read_number(number) == words


def test_two_of_something_is_liang_and_telephones_have_yao() -> None:
    assert (read_count("2"), read_count("12"), read_count("2.5")) == ("两", "十二", "二点五")
    assert read_digits("2026") == "二零二六"
    assert read_telephone("13800") == "幺三八零零"
