from __future__ import annotations

import math

import numpy as np
import pytest

from dialogue.adapters.trial.intervals import mean_interval, wilson


def test_an_interval_of_a_share_is_wilsons() -> None:
    """Newcombe, Statist. Med. 17, 1998, 857-872, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29."""
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert wilson(1, 29) == pytest.approx((0.0061, 0.1718), abs=5e-5)
    assert wilson(0, 0) == (0.0, 1.0)


def test_an_interval_of_a_mean_holds_it_as_often_as_said_where_values_are_skewed() -> None:
    rng = np.random.default_rng(5)
    drawn = [mean_interval(rng.exponential(300.0, 80).tolist()) for _ in range(300)]
    assert sum(low <= 300.0 <= high for low, high in drawn) / 300 == pytest.approx(0.94, abs=0.04)


def test_bootstrap_and_normal_intervals_meet_where_one_takes_over_from_the_other() -> None:
    values = np.random.default_rng(6).normal(4.0, 1.0, 2000)
    assert mean_interval(values[:1999].tolist()) == pytest.approx(mean_interval(values.tolist()), abs=0.01)


def test_one_value_has_no_spread_and_none_tells_nothing() -> None:
    assert mean_interval([3.0]) == (3.0, 3.0)
    assert mean_interval([]) == (-math.inf, math.inf)
