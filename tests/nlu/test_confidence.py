"""Calibration on made-up margins."""

from __future__ import annotations

import numpy as np
import pytest

from nlu import confidence
from nlu.confidence import Calibration, calibration_error


def test_probabilities_add_up_to_one() -> None:
    likely = Calibration(2.0, 1.0).log_probabilities(np.array([[1.0, 0.0, -1.0]], dtype=np.float32), ["", "a", "b"])
    assert float(np.exp(likely).sum()) == pytest.approx(1.0, abs=1e-5)


def test_the_margins_are_left_as_they_were() -> None:
    margins = np.ones((1, 2), dtype=np.float32)
    Calibration(1.0, 5.0).log_probabilities(margins, ["", "a"])
    assert margins.tolist() == [[1.0, 1.0]]


def test_margins_that_are_often_wrong_become_modest_probabilities() -> None:
    margins = np.tile(np.array([[1.0, -1.0]], dtype=np.float32), (100, 1))
    calibration = confidence.fit(margins, ["a"] * 70 + ["b"] * 30, ["a", "b"])
    likely = calibration.log_probabilities(margins[:1], ["a", "b"])
    assert float(np.exp(likely[0, 0])) == pytest.approx(0.7, abs=0.01)


def test_the_calibration_error_is_the_mean_gap() -> None:
    assert calibration_error([0.95] * 10, [True] * 10) == pytest.approx(0.05)
    assert calibration_error([0.8] * 10, [True] * 4 + [False] * 6) == pytest.approx(0.4)
    assert calibration_error([], []) == 0.0
