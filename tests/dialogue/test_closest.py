"""Questions that name nothing, matched with the wordings in a table."""

from __future__ import annotations

import pytest

from dialogue.closest import Wordings
from dialogue.facts import Table

TABLE = Table(
    "features",
    ("id", "asked_as"),
    (
        {"id": "support", "asked_as": "半夜有人管吗|坏了找谁|有没有工程师值班"},
        {"id": "regions", "asked_as": "机房在哪个城市|服务器放在什么地方"},
        {"id": "refund", "asked_as": "不想用了钱退不退|买错了能退吗"},
        {"id": "sso", "asked_as": None},
    ),
)
WORDINGS = Wordings.of(TABLE, "asked_as")


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("那半夜里有没有人管", "support"),
        ("你们的机房放在哪些城市", "regions"),
        ("买得不对可以退不", "refund"),
        ("半夜油人管妈", "support"),
    ],
)
def test_other_words_and_slips_of_a_recogniser_are_near_enough(text: str, row: str) -> None:
    assert WORDINGS.nearest(text) == row


@pytest.mark.parametrize("text", ["8核16G的多少钱", "太贵了", "", "吗"])
def test_what_asks_for_none_of_them_is_near_none(text: str) -> None:
    assert WORDINGS.nearest(text) is None


def test_a_table_without_wordings_is_near_nothing() -> None:
    assert Wordings.of(TABLE, "none").nearest("半夜有人管吗") is None
