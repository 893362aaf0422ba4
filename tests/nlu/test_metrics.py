"""Figures of merit against values worked out by hand."""

from __future__ import annotations

import pytest

from nlu import metrics


def test_f1_over_sets_of_labels() -> None:
    result = metrics.f1([["a", "b"], ["a"], [], ["b"]], [["a"], ["a"], ["b"], ["b"]])
    assert result.micro == pytest.approx(2 * (3 / 4) * (3 / 4) / (3 / 4 + 3 / 4))
    assert {one.label: one.f1 for one in result.per_label} == {"a": 1.0, "b": pytest.approx(0.5)}
    assert result.macro == pytest.approx(0.75)


def test_a_label_that_is_only_predicted_does_not_count_in_the_mean() -> None:
    assert metrics.f1([["a"]], [["a", "c"]]).macro == 1.0


def test_rows_must_match() -> None:
    with pytest.raises(ValueError, match="argument"):
        metrics.f1([["a"]], [])


def test_wilsons_interval() -> None:
    share = metrics.Share.of(9, 10)  # Newcombe 1998: 0.596 to 0.982
    assert (share.value, round(share.low, 3), round(share.high, 3)) == (0.9, 0.596, 0.982)
    assert metrics.Share.of(0, 0) == metrics.Share(0.0, 0.0, 1.0, 0)


def test_percentiles_of_times() -> None:
    assert metrics.percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert metrics.percentile(range(1, 101), 0.95) == 96
    assert metrics.percentile([], 0.5) == 0.0
