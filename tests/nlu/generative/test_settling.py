"""Calibration and threshold."""

from __future__ import annotations

import pytest

from nlu.confidence import Calibration
from nlu.generative.settling import Seen, calibrated, settle


def test_shares_stay_as_they_are_without_calibration() -> None:
    assert calibrated({"a": 0.7, "b": 0.3}, Calibration(1.0)) == pytest.approx({"a": 0.7, "b": 0.3}, abs=1e-5)


def test_a_model_too_sure_of_itself_is_made_less_so() -> None:
    wrong = [Seen(({"a": 0.98, "b": 0.02, "": 0.0},), frozenset({"b"})) for _ in range(20)]
    right = [Seen(({"a": 0.98, "b": 0.02, "": 0.0},), frozenset({"a"})) for _ in range(30)]
    calibration, _ = settle([*wrong, *right], ("", "a", "b"))
    assert calibrated({"a": 0.98, "b": 0.02, "": 0.0}, calibration)["a"] == pytest.approx(0.6, abs=0.05)


def test_the_threshold_keeps_out_what_is_out_of_scope() -> None:
    inside = [Seen(({"a": 0.97, "b": 0.02, "": 0.01},), frozenset({"a"})) for _ in range(40)]
    outside = [Seen(({"a": 0.5, "b": 0.4, "": 0.1},), frozenset()) for _ in range(10)]
    calibration, threshold = settle([*inside, *outside], ("", "a", "b"))
    best = calibrated({"a": 0.5, "b": 0.4, "": 0.1}, calibration)
    assert max(best, key=lambda one: best[one]) == "" or best["a"] < threshold
    assert calibrated({"a": 0.97, "b": 0.02, "": 0.01}, calibration)["a"] >= threshold


def test_a_few_sentences_settle_no_calibration() -> None:
    assert settle([Seen(({"a": 0.9, "": 0.1},), frozenset({"a"}))] * 3, ("", "a")) == (Calibration(1.0), 0.0)


def test_without_sentences_nothing_is_settled() -> None:
    assert settle([], ("", "a")) == (Calibration(1.0), 0.0)
