"""From a chart of parts to needs, on charts written by hand."""

from __future__ import annotations

import numpy as np

from nlu.features import prepare
from nlu.intents import Charted, IntentModel
from nlu.lexicon import standard
from nlu.linear import LinearModel
from nlu.seams import NO_SEAMS, SeamModel, traits
from nlu.segmentation import Cutting, Part
from nlu.understanding import Entity

NOTHING = np.zeros(0, dtype=np.float32)
TEXT = "资料删错要找得回账号能停掉"
LABELS = ("", "price", "requirement")


def model(seams: SeamModel = NO_SEAMS) -> IntentModel:
    classifier = LinearModel(LABELS, {}, NOTHING, NOTHING.reshape(0, 1), NOTHING)
    return IntentModel(classifier, cutting=Cutting(weight=1.0, bias=0.5), seams=seams)


def chart(second: int) -> Charted:
    """Two parts at the 8th word: a requirement, and one of the label with the index `second`."""
    likely = np.log(np.full((3, 3, 3), 0.02, dtype=np.float32))
    likely[0, 1, 2] = likely[1, 2, second] = likely[0, 2, 2] = np.log(0.96)
    return Charted((0, 8, 13), likely, np.array([0, 1.0, 0], dtype=np.float32), np.ones((3, 3), dtype=np.bool_))


def test_neighbours_of_one_intent_are_one_need() -> None:
    found = model().needs(prepare(TEXT, standard()), chart(second=2))
    assert [TEXT[need.start : need.end] for need in found] == [TEXT]


def test_neighbours_of_one_intent_stay_apart_where_the_cut_has_been_weighed() -> None:
    sentence = prepare(TEXT, standard())
    count = len(traits(sentence, model().seamed(chart(second=2)), (Part(0, 1, 2), Part(1, 2, 2))))
    found = model(SeamModel((0.0,) * count, bias=3.0)).needs(sentence, chart(second=2))
    assert [TEXT[need.start : need.end] for need in found] == ["资料删错要找得回", "账号能停掉"]


def test_neighbours_of_one_intent_about_other_things_stay_apart_anyway() -> None:
    entities = tuple(Entity("feature", text, text, TEXT.index(text), TEXT.index(text) + 2) for text in ("资料", "账号"))
    found = model().needs(prepare(TEXT, standard(), entities), chart(second=2))
    assert [need.intent for need in found] == ["requirement", "requirement"]


def test_needs_of_two_intents_are_two() -> None:
    found = model().needs(prepare(TEXT, standard()), chart(second=1))
    assert [(need.intent, TEXT[need.start : need.end]) for need in found] == [
        ("requirement", "资料删错要找得回"),
        ("price", "账号能停掉"),
    ]


def test_what_is_none_joins_the_need_before_it() -> None:
    found = model().needs(prepare(TEXT, standard()), chart(second=0))
    assert [(need.intent, TEXT[need.start : need.end]) for need in found] == [("requirement", TEXT)]
