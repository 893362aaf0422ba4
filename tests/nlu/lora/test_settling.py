"""Thresholds come from held-out rows; needs are cut where their scores change."""

from __future__ import annotations

import numpy as np
import pytest

from nlu.lora.measured import measured
from nlu.lora.settling import Decision, Rejection, scores, separation, settle
from nlu.lora.spans import in_order


def rows() -> tuple[np.ndarray, np.ndarray]:
    """Forty rows in scope, read rightly and surely, and twenty out of scope with low scores."""
    rng = np.random.default_rng(0)
    logits = rng.normal(0, 1, (60, 4)).astype(np.float32)
    targets = np.zeros((60, 4), dtype=bool)
    for row in range(40):
        targets[row, row % 4] = True
        logits[row, row % 4] += 6 + row % 5
    return logits, targets


@pytest.mark.parametrize("rejection", ["energy", "margin", "confidence"])
def test_rows_out_of_scope_are_rejected_at_the_allowed_cost(rejection: Rejection) -> None:
    logits, targets = rows()
    decision = settle(logits, targets, Decision(False, rejection), cost=0.05, choose=False)
    figures = measured(logits, targets, decision, "abcd").figures
    assert figures["accuracy"] >= 0.95
    assert figures["oos_recall"] >= 0.8
    assert separation(scores(logits, rejection), targets.any(1)) > 0.95


def test_without_rows_out_of_scope_nothing_is_rejected() -> None:
    logits, targets = rows()
    decision = settle(logits[:40], targets[:40], Decision(False, "energy"), cost=0.05, choose=True)
    assert decision.rejection == "none"
    assert decision.chosen(np.zeros(4, dtype=np.float32)) == [0]


def test_several_labels_pass_by_their_own_probability() -> None:
    decision = Decision(True, threshold=0.5)
    assert decision.chosen(np.array([2.0, -3.0, 4.0], dtype=np.float32)) == [2, 0]
    assert decision.chosen(np.array([-2.0, -3.0, -4.0], dtype=np.float32)) == []


def test_needs_are_put_in_spoken_order_and_cut_where_scores_change() -> None:
    tokens = np.array([[-1, 3], [-2, 2], [-1, 2], [2, -1], [4, -2]], dtype=np.float32)
    assert in_order(tokens) == ([1, 0], [0, 3])
    assert in_order(tokens[:1]) == ([0, 1], [0, 0])
