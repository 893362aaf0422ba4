"""Shares of a corpus."""

from __future__ import annotations

from collections import Counter

import pytest

from synth_data.plan import Cell, plan_of

DIALECTS = {"cmn": 0.5, "yue": 0.25, "wuu": 0.25}
VOICES = {"cmn": {"espeak": 0.6, "bank_cmn": 0.4}, "yue": {"bank_yue": 2.0}, "wuu": {"espeak": 1.0, "bank_cmn": 0.0}}
CONDITIONS = {"clean": 1.0, "telephone": 3.0}


@pytest.mark.parametrize("count", [100, 2000])
def test_every_share_is_met_to_within_three_clips(count: int) -> None:
    plan = plan_of(DIALECTS, VOICES, CONDITIONS, 0.04, seed=1)
    made = Counter(plan.cell(index) for index in range(count))
    expected = {
        Cell("cmn", "espeak", "clean"): 0.96 * 0.5 * 0.6 / 4,
        Cell("cmn", "bank_cmn", "telephone"): 0.96 * 0.5 * 0.4 * 3 / 4,
        Cell("yue", "bank_yue", "telephone"): 0.96 * 0.25 * 3 / 4,
        Cell("wuu", "espeak", "clean"): 0.96 * 0.25 / 4,
        Cell("cmn", "", ""): 0.04 * 0.5,
    }
    for cell, share in expected.items():
        assert made[cell] == pytest.approx(share * count, abs=3)
    assert Cell("wuu", "bank_cmn", "clean") not in made


def test_a_clip_is_the_same_however_many_there_are_and_another_with_another_seed() -> None:
    plan, other = plan_of(DIALECTS, VOICES, CONDITIONS, 0.04, seed=1), plan_of(DIALECTS, VOICES, CONDITIONS, 0.04, seed=2)
    first = [plan.cell(index) for index in range(50)]
    assert first == [plan_of(DIALECTS, VOICES, CONDITIONS, 0.04, seed=1).cell(index) for index in range(50)]
    assert first != [other.cell(index) for index in range(50)]
