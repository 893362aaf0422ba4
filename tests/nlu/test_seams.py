"""Cuts weighed a second time."""

from __future__ import annotations

import random

import numpy as np
import pytest

from nlu.features import Sentence, prepare
from nlu.lexicon import standard
from nlu.linear import Floats
from nlu.seams import NO_SEAMS, Seamed, SeamModel, fit, traits
from nlu.segmentation import Part
from nlu.understanding import Entity

TEXT = "资料删错要找得回账号能停掉"
LABELS = ("", "price", "requirement")
PARTS = (Part(0, 1, 2), Part(1, 2, 1))


@pytest.fixture(scope="module")
def sentence() -> Sentence:
    return prepare(TEXT, standard())


@pytest.fixture(scope="module")
def chart() -> Seamed:
    likely: Floats = np.log(np.full((3, 3, 3), 0.02, dtype=np.float32))
    likely[0, 1, 2] = likely[1, 2, 1] = likely[0, 2, 2] = np.log(0.96)
    return Seamed((0, 8, 13), likely, np.array([0, 1.5, 0], dtype=np.float32), LABELS)


def test_a_cut_that_is_likely_wrong_makes_its_parts_one(sentence: Sentence, chart: Seamed) -> None:
    count = len(traits(sentence, chart, PARTS))
    assert SeamModel((0.0,) * count, bias=-1.0).joined(sentence, chart, PARTS) == (Part(0, 2, 2),)
    assert SeamModel((0.0,) * count, bias=1.0).joined(sentence, chart, PARTS) == PARTS


def test_neighbours_of_one_intent_must_be_surer_unless_they_speak_of_other_things(chart: Seamed) -> None:
    alike = (PARTS[0], Part(1, 2, 2))
    plain = prepare(TEXT, standard())
    entities = tuple(Entity("feature", text, text, TEXT.index(text), TEXT.index(text) + 2) for text in ("资料", "账号"))
    model = SeamModel((0.0,) * len(traits(plain, chart, alike)), bias=1.0)
    assert model.joined(plain, chart, alike) == (Part(0, 2, 2),)
    assert model.joined(prepare(TEXT, standard(), entities), chart, alike) == alike


def test_without_weights_every_cut_stays(sentence: Sentence, chart: Seamed) -> None:
    assert NO_SEAMS.joined(sentence, chart, PARTS) == PARTS


def test_traits_tell_the_odds_of_the_cut_and_whether_both_parts_are_alike(sentence: Sentence, chart: Seamed) -> None:
    other = traits(sentence, chart, PARTS)
    alike = traits(sentence, chart, (PARTS[0], Part(1, 2, 2)))
    assert other[0] == alike[0] == 1.5
    assert sum(one != two for one, two in zip(other, alike, strict=True)) == 3


def test_weights_are_learnt_from_right_and_wrong_cuts() -> None:
    rng = random.Random(0)
    rows = [(rng.gauss(0, 1), rng.gauss(5, 3)) for _ in range(300)]
    model = fit(rows, [row[0] > 0.5 for row in rows], [1.0] * 300, seed=0)
    assert model.odds((2.0, 5.0)) > 1 > -1 > model.odds((-1.0, 5.0))


def test_few_cuts_teach_nothing() -> None:
    assert fit([(0.0,), (1.0,)] * 20, [False, True] * 20, [1.0] * 40, seed=0) == NO_SEAMS
