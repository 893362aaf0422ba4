"""Bounds for looking again and again, held against published ones and against random walks."""

from __future__ import annotations

import numpy as np
import pytest

from dialogue.adapters.trial.bounds import boundaries, bounds, looks


def test_bounds_are_those_published_for_a_chance_spent_evenly() -> None:
    """Lan and DeMets 1983: 2.5 % spent in five equal parts."""
    found = boundaries([1, 2, 3, 4, 5], [0.005, 0.01, 0.015, 0.02, 0.025])
    assert found == pytest.approx((2.576, 2.490, 2.411, 2.339, 2.276), abs=0.003)


def test_one_look_has_the_usual_bound() -> None:
    assert boundaries([300], [0.025]) == pytest.approx((1.95996,), abs=1e-4)


def test_random_walks_cross_any_of_the_bounds_as_often_as_allowed() -> None:
    counts, limit = looks(300)[:20], np.array(bounds(0.05, 300)[:20])
    steps = np.sqrt(np.diff((0, *counts)))
    walks = np.cumsum(np.random.default_rng(3).normal(size=(60_000, 20)) * steps, axis=1) / np.sqrt(counts)
    crossed = float((walks >= limit).any(axis=1).mean())
    assert crossed == pytest.approx(0.05, abs=0.003)


def test_the_decision_is_among_the_looks_and_has_the_nearest_bound() -> None:
    counts, limit = looks(290), bounds(0.02, 290)
    assert counts[:3] == (25, 50, 75)
    assert counts[11] == 300
    assert min(limit) == limit[11]
    assert list(counts) == sorted(set(counts))
