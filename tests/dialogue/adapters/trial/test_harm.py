"""How far a trial is on the wrong side, held against scipy's tests and against draws without any difference."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from dialogue.adapters.trial.harm import Sums, harm, means, rates, shares
from dialogue.adapters.trial.metrics import METRICS


def sums(values: np.ndarray, replies: np.ndarray | None = None) -> Sums:
    of = np.zeros(len(values)) if replies is None else replies
    return Sums(
        len(values),
        float(values.sum()),
        float((values**2).sum()),
        float(of.sum()),
        float((of**2).sum()),
        float((values * of).sum()),
    )


def of(hits: int, count: int) -> Sums:
    return Sums(count, hits, hits)


def test_a_share_is_held_against_another_by_the_mid_p_of_fishers_test() -> None:
    law = stats.hypergeom(3000, 90, 300)
    chance = law.sf(18) + law.pmf(18) / 2
    assert shares(of(18, 300), of(72, 2700)) == pytest.approx(stats.norm.isf(chance), abs=1e-9)


@pytest.mark.parametrize(("trial", "control"), [((0, 25), (0, 225)), ((25, 25), (225, 225)), ((2, 20), (20, 200))])
def test_equal_shares_lie_on_neither_side(trial: tuple[int, int], control: tuple[int, int]) -> None:
    assert shares(of(*trial), of(*control)) == pytest.approx(0.0, abs=0.1)


def test_means_are_held_against_each_other_by_welchs_t() -> None:
    rng = np.random.default_rng(1)
    ours, theirs = rng.normal(0.3, 2.0, 40), rng.normal(0.0, 1.0, 400)
    expected = stats.ttest_ind(ours, theirs, equal_var=False, alternative="greater").pvalue
    assert means(sums(ours), sums(theirs)) == pytest.approx(stats.norm.isf(expected), abs=1e-6)


def test_hits_that_come_in_heaps_count_as_fewer() -> None:
    rng = np.random.default_rng(2)
    replies = np.full(300, 6.0)
    spread = rng.binomial(6, 0.05, 300).astype(float)
    heaped = np.where(rng.random(300) < 0.05, 6.0, 0.0)
    control = sums(rng.binomial(6, 0.02, 2700).astype(float), np.full(2700, 6.0))
    assert rates(sums(heaped, replies), control) < 0.8 * rates(sums(spread, replies), control)


def test_rates_without_a_difference_are_found_harmful_as_often_as_said() -> None:
    rng = np.random.default_rng(3)
    found = []
    for _ in range(600):
        ours, theirs = rng.beta(0.38, 18.62, 300), rng.beta(0.38, 18.62, 2700)
        trial = sums(rng.binomial(6, ours).astype(float), np.full(300, 6.0))
        found.append(rates(trial, sums(rng.binomial(6, theirs).astype(float), np.full(2700, 6.0))))
    assert float(np.mean(np.array(found) > 1.645)) == pytest.approx(0.05, abs=0.025)


@pytest.mark.parametrize(("metric", "worse"), [("hand_over", True), ("conversion", False), ("satisfaction", False)])
def test_a_higher_figure_is_harm_or_good_by_the_metric(metric: str, worse: bool) -> None:
    high = Sums(300, 200, 200) if METRICS[metric].kind == "share" else Sums(300, 1350, 6200)
    low = Sums(2700, 900, 900) if METRICS[metric].kind == "share" else Sums(2700, 10_800, 44_000)
    assert (harm(METRICS[metric], high, low) > 3) == worse
    assert (harm(METRICS[metric], high, low) < -3) != worse


def test_nothing_measured_is_no_harm() -> None:
    assert harm(METRICS["style"], Sums(), Sums(100, 90, 85)) == 0.0
    assert harm(METRICS["latency_ms"], Sums(2, 10, 50), Sums(2, 10, 50)) == 0.0
