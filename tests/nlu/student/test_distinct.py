"""Cutting sentences in which nobody asks for the same thing twice."""

import numpy as np
import pytest

from nlu.linear import Floats
from nlu.segmentation import Cutting, best_parts
from nlu.student.distinct import best_distinct

CUTTING = Cutting(weight=1.0, bias=0.0)
PLAY, FIND, RATE = range(3)


def _likely(shares: dict[tuple[int, int], tuple[float, float, float]], cuts: int) -> Floats:
    likely = np.full((cuts, cuts, 3), -20.0, dtype=np.float32)
    for (start, end), row in shares.items():
        likely[start, end] = np.log(row)
    return likely


TWO = _likely({(0, 1): (0.9, 0.05, 0.05), (1, 2): (0.5, 0.45, 0.05), (0, 2): (0.4, 0.3, 0.3)}, 3)
ODDS = np.array([0.0, 2.0, 0.0], dtype=np.float32)


def test_the_second_best_reading_wins_where_the_best_was_said_already() -> None:
    assert [part.label for part in best_parts(TWO, ODDS, CUTTING)] == [PLAY, PLAY]
    assert [part.label for part in best_distinct(TWO, ODDS, CUTTING)] == [PLAY, FIND]


def test_a_sentence_stays_whole_where_both_parts_can_only_mean_the_same() -> None:
    likely = _likely({(0, 1): (0.98, 0.01, 0.01), (1, 2): (0.98, 0.01, 0.01), (0, 2): (0.9, 0.05, 0.05)}, 3)
    parts = best_distinct(likely, ODDS, CUTTING)
    assert [(part.start, part.end, part.label) for part in parts] == [(0, 2, PLAY)]


def test_a_free_label_may_be_repeated() -> None:
    assert [part.label for part in best_distinct(TWO, ODDS, CUTTING, frozenset({PLAY}))] == [PLAY, PLAY]


@pytest.mark.parametrize("most", [1, 2])
def test_no_more_parts_are_made_than_allowed(most: int) -> None:
    row = (0.9, 0.05, 0.05)
    likely = _likely({(0, 1): row, (1, 2): row[1:] + row[:1], (2, 3): row[1:2] + row[:1] + row[2:], (0, 3): row}, 4)
    odds = np.array([0.0, 3.0, 3.0, 0.0], dtype=np.float32)
    assert len(best_distinct(likely, odds, Cutting(1.0, 0.0, max_parts=most))) == 1
    assert len(best_distinct(likely, odds, Cutting(1.0, 0.0, max_parts=3))) == 3
