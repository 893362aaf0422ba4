"""Numbers with units, and what makes something else of a number."""

from __future__ import annotations

import pytest

from nlu.entities.quantities import QuantityFinder
from nlu.pipeline import Quantity
from nlu.text import fold

COUNT = Quantity(("台", "套"), not_after=("第", "这", "那"), loose={"个": ("云服务器", "云主机")})
FINDER = QuantityFinder({"cpu_cores": Quantity(("核", "核的", "个核")), "people": Quantity(("人", "个人")), "count": COUNT})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("要三台", [("count", 3)]),
        ("来7台8核的", [("count", 7), ("cpu_cores", 8)]),
        ("来两个4核的云主机", [("count", 2), ("cpu_cores", 4)]),
        ("要十个云服务器", [("count", 10)]),
        ("要两个吧", [("count", 2)]),
        ("第二台多少钱", []),
        ("这两台有什么区别", []),
        ("还有两个问题", []),
        ("先用两个月", []),
        ("三个人用", [("people", 3)]),
        ("四个核", [("cpu_cores", 4)]),
    ],
)
def test_how_many_are_wanted(text: str, found: list[tuple[str, int]]) -> None:
    assert [(one.entity, one.value) for one in FINDER.find(fold(text))] == found
