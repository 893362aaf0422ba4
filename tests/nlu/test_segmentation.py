"""Cutting by dynamic programming, on charts written by hand."""

from __future__ import annotations

import numpy as np

from nlu.linear import Floats
from nlu.segmentation import Cutting, Part, align, best_parts, places


def chart(values: dict[tuple[int, int], tuple[float, float]], cuts: int) -> Floats:
    likely = np.full((cuts, cuts, 2), 0.01, dtype=np.float32)
    for (start, end), probabilities in values.items():
        likely[start, end] = probabilities
    result: Floats = np.log(likely)
    return result


SPLIT = chart({(0, 1): (0.9, 0.1), (1, 2): (0.1, 0.9), (0, 2): (0.5, 0.5)}, 3)


def test_a_cut_is_made_where_both_parts_are_clearer_than_the_whole() -> None:
    odds = np.array([0, 1, 0], dtype=np.float32)
    assert best_parts(SPLIT, odds, Cutting(weight=1.0)) == (Part(0, 1, 0), Part(1, 2, 1))


def test_an_unlikely_place_is_not_cut() -> None:
    odds = np.array([0, -3, 0], dtype=np.float32)
    assert best_parts(SPLIT, odds, Cutting(weight=1.0)) == (Part(0, 2, 0),)


def test_no_more_parts_than_allowed() -> None:
    values = {(start, start + 1): (0.9, 0.1) for start in range(4)}
    odds = np.array([0, 2, 2, 2, 0], dtype=np.float32)
    assert len(best_parts(chart(values, 5), odds, Cutting(weight=1.0))) == 4
    limited = best_parts(chart(values, 5), odds, Cutting(weight=1.0, max_parts=2))
    assert len(limited) == 2
    assert (limited[0].start, limited[-1].end) == (0, 4)


def test_known_labels_are_aligned_in_whatever_order_they_were_spoken() -> None:
    odds = np.zeros(3, dtype=np.float32)
    assert align(SPLIT, odds, [1, 0]) == (Part(0, 1, 0), Part(1, 2, 1))


def test_more_labels_than_parts_cannot_be_aligned() -> None:
    assert align(SPLIT, np.zeros(3, dtype=np.float32), [0, 1, 0]) == ()


def test_only_promising_places_are_looked_at() -> None:
    logits = np.array([-9, 1, -9, 3, -3.9, -9], dtype=np.float32)
    assert places(logits, 5, Cutting()) == (0, 1, 3, 4, 5)
    assert places(logits, 5, Cutting(max_places=1)) == (0, 3, 5)
