"""From a chart of parts to needs, on charts written by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nlu.features import prepare
from nlu.intents import Charted, IntentModel
from nlu.lexicon import standard
from nlu.linear import LinearModel
from nlu.segmentation import Cutting
from nlu.understanding import Entity

NOTHING = np.zeros(0, dtype=np.float32)
TEXT = "资料删错要找得回账号能停掉"
LABELS = ("", "price", "requirement")


def model(same: float) -> IntentModel:
    classifier = LinearModel(LABELS, {}, NOTHING, NOTHING.reshape(0, 1), NOTHING)
    return replace(IntentModel(classifier), cutting=Cutting(weight=1.0, bias=0.5, same=same))


def chart(odds: float, second: int) -> Charted:
    """Two parts at the 8th word: a requirement, and one of the label with the index `second`."""
    likely = np.log(np.full((3, 3, 3), 0.02, dtype=np.float32))
    likely[0, 1, 2] = likely[1, 2, second] = likely[0, 2, 2] = np.log(0.96)
    return Charted((0, 8, 13), likely, np.array([0, odds, 0], dtype=np.float32), np.ones((3, 3), dtype=np.bool_))


@pytest.mark.parametrize(("odds", "needs"), [(3.0, ["资料删错要找得回", "账号能停掉"]), (1.0, [TEXT])])
def test_neighbours_of_one_intent_stay_apart_where_the_cut_is_sure(odds: float, needs: list[str]) -> None:
    sentence = prepare(TEXT, standard())
    found = model(same=2.0).needs(sentence, chart(odds, second=2))
    assert [TEXT[need.start : need.end] for need in found] == needs


def test_neighbours_of_one_intent_about_other_things_stay_apart_anyway() -> None:
    entities = tuple(Entity("feature", text, text, TEXT.index(text), TEXT.index(text) + 2) for text in ("资料", "账号"))
    found = model(same=1e6).needs(prepare(TEXT, standard(), entities), chart(1.0, second=2))
    assert [need.intent for need in found] == ["requirement", "requirement"]


def test_needs_of_two_intents_are_two() -> None:
    found = model(same=1e6).needs(prepare(TEXT, standard()), chart(1.0, second=1))
    assert [(need.intent, TEXT[need.start : need.end]) for need in found] == [
        ("requirement", "资料删错要找得回"),
        ("price", "账号能停掉"),
    ]


def test_what_is_none_joins_the_need_before_it() -> None:
    found = model(same=1e6).needs(prepare(TEXT, standard()), chart(1.0, second=0))
    assert [(need.intent, TEXT[need.start : need.end]) for need in found] == [("requirement", TEXT)]
