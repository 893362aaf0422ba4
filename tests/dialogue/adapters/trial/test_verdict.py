"""Trials that do harm are ended, those that don't are not; and how often that is said of them."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest

from benchmarks.rollout import CASES, trial
from dialogue.adapters.trial.metrics import LIMITS, HarmLimit, Plan
from dialogue.adapters.trial.verdict import Outcome, verdict


def outcomes(count: int, trial_rate: float, rate: float = 0.25, seed: int = 1) -> list[Outcome]:
    """Every tenth conversation is on trial; only hand-overs are measured."""
    rng = random.Random(seed)
    found = []
    for number in range(count):
        on_trial = number % 10 == 0
        found.append(Outcome(on_trial, {"hand_over": float(rng.random() < (trial_rate if on_trial else rate))}))
    return found


def test_a_trial_that_hands_over_far_more_ends_early() -> None:
    found = verdict(outcomes(3000, 0.7), Plan())
    assert found.breach is not None
    assert found.breach.metric == "hand_over"
    assert found.breach.look <= 75
    assert found.breach.difference == pytest.approx(0.45, abs=0.15)


def test_a_verdict_does_not_depend_on_when_it_was_asked_for() -> None:
    found = outcomes(4000, 0.36, seed=4)
    at_the_end = verdict(found, Plan())
    on_the_way = [verdict(found[:count], Plan()) for count in range(0, 4001, 97)]
    first = next(one.breach for one in on_the_way if one.breach is not None)
    assert first == at_the_end.breach
    assert all(one.breach in (None, first) for one in on_the_way)


def test_nothing_is_said_before_the_first_look() -> None:
    assert verdict(outcomes(240, 1.0, 0.0), Plan()).look == 0
    assert verdict([], Plan()).breach is None


def test_a_metric_that_is_only_reported_ends_nothing() -> None:
    silent = Plan(harm={**LIMITS, "hand_over": HarmLimit(0.0)})
    assert verdict(outcomes(3000, 0.7), silent).breach is None


def test_a_difference_too_small_to_matter_ends_nothing() -> None:
    found = outcomes(3000, 0.7)
    assert verdict(found, Plan(harm={"hand_over": HarmLimit(0.029, at_least=0.9)})).breach is None


def test_conversations_from_before_count_where_they_agree_and_not_where_they_do_not() -> None:
    now = outcomes(3000, 0.25)
    alike = [Outcome(False, {"hand_over": float(number % 4 == 0)}) for number in range(5000)]
    other = [Outcome(False, {"hand_over": float(number % 10 == 0)}) for number in range(5000)]
    assert [one.history for one in verdict(now, Plan(), alike).standings if one.metric == "hand_over"] == [True]
    assert [one.history for one in verdict(now, Plan(), other).standings if one.metric == "hand_over"] == [False]


@pytest.mark.parametrize(("limit", "why"), [((0.6, 0.0), "'alpha'"), ((-0.1, 0.0), "'alpha'"), ((0.1, -1.0), "'at_least'")])
def test_limits_that_make_no_sense_are_refused(limit: tuple[float, float], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        HarmLimit(*limit)


def ended_soon(kind: int, runs: Sequence[int]) -> int:
    found = [trial(CASES[kind], seed, 3000, 3600).breach for seed in runs]
    return sum(breach is not None and breach.look <= 300 for breach in found)


@pytest.mark.parametrize(("kind", "least"), [(0, 22), (1, 25)])
def test_the_simulated_bad_adapter_is_rolled_back_within_300_of_its_conversations(kind: int, least: int) -> None:
    """Of 25 runs; benchmarks/rollout.py prints the same of 200."""
    assert ended_soon(kind, range(25)) >= least


def test_the_simulated_equal_adapter_is_left_alone() -> None:
    assert ended_soon(2, range(25)) <= 2
