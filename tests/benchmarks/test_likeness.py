from __future__ import annotations

import pytest

from benchmarks.likeness import Taught, grams


def test_punctuation_and_capitals_make_no_difference() -> None:
    assert grams("能对接ERP吗？") == grams("能,对接erp吗") == {"能对接e", "对接er", "接erp", "erp吗"}


@pytest.mark.parametrize(
    ("sentence", "nearest", "likeness"),
    [("这个多少钱一年", "这个多少钱", 0.5), ("多少钱", "多少钱", 1.0), ("可以先试用吗", "", 0.0)],
)
def test_the_nearest_training_text_is_found(sentence: str, nearest: str, likeness: float) -> None:
    near = Taught(["这个多少钱", "多少钱", "能对接ERP吗"]).nearest(sentence)
    assert (near.text, near.likeness) == (nearest, likeness)
