"""The linear part by itself: what weighs between labels that have many sentences and labels that have few."""

from pathlib import Path

import numpy as np
import pytest

from nlu.student.train import StudentTraining
from nlu.student.wide import Bags, WideOptions, fit

FEATURES = [["查", "天气"]] * 8 + [["查", "日期"]] * 2 + [["查"]] * 5
LABELS = ["weather"] * 8 + ["datetime"] * 2 + ["weather"] * 3 + ["datetime"] * 2


def _margin(balance: float) -> float:
    """How far 查, which both labels know, speaks for the frequent one."""
    model = fit(Bags(FEATURES, LABELS, balance), ("datetime", "weather"), WideOptions(cost=2.0))
    row = model.table[model.vocabulary["查"]]
    scores = row[:2] / np.sqrt(row[-1]) + model.bias
    return float(scores[1] - scores[0])


def test_a_rare_label_gains_with_the_balance() -> None:
    assert _margin(0.0) > _margin(0.5) > _margin(1.0)


def test_a_word_that_both_labels_have_speaks_for_the_frequent_one_unless_balanced() -> None:
    assert _margin(0.0) > 0 > _margin(1.0)


@pytest.mark.parametrize(("rarity", "larger"), [(0.0, 1.0), (0.5, 1.635), (1.0, 2.674)])
def test_rare_features_are_scaled_up_by_the_rarity(rarity: float, larger: float) -> None:
    model = fit(Bags(FEATURES, LABELS), ("datetime", "weather"), WideOptions(rarity=rarity))
    scales = {name: float(np.sqrt(model.table[at, -1])) for name, at in model.vocabulary.items()}
    assert scales["查"] == pytest.approx(1.0)  # it stands in every sentence
    assert scales["日期"] == pytest.approx(larger, abs=1e-3)


def test_a_balance_beyond_one_is_refused() -> None:
    with pytest.raises(ValueError, match=r"balance must lie between 0.0 and 1.0, got 1.5"):
        StudentTraining("intent", "student", (Path("train.jsonl"),), Path("model"), balance=1.5)
