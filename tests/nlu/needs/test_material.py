"""Sentences for the network, and compound ones made of them."""

from __future__ import annotations

import random

import numpy as np
import pytest

from nlu.needs.material import Material, Piece, piece
from nlu.student.inputs import Inputs, build
from nlu.student.sounds import dictionaries

TEXTS = ("云服务器多少钱", "要能自动备份", "好的", "一年多少钱要能自动备份")
LABELS = ("", "affirm", "price", "requirement")


@pytest.fixture(scope="module")
def inputs() -> Inputs:
    return build(TEXTS, dictionaries(), marks=False, least={})


def ready(inputs: Inputs, text: str, label: str) -> Piece:
    found = piece(inputs, text, LABELS.index(label))
    assert found is not None
    return found


@pytest.fixture(scope="module")
def material(inputs: Inputs) -> Material:
    singles = [ready(inputs, text, label) for text, label in zip(TEXTS, ("price", "requirement", "affirm"), strict=False)]
    compound = (ready(inputs, "一年多少钱", "price"), ready(inputs, "要能自动备份", "requirement"))
    return Material(inputs, LABELS, tuple(singles), (compound,), (ready(inputs, "要", ""),), 0)


def test_a_text_without_a_word_is_no_piece(inputs: Inputs) -> None:
    assert piece(inputs, "?!", 0) is None


def test_a_joined_sentence_is_seen_as_the_same_sentence_said_at_once(material: Material, inputs: Inputs) -> None:
    row = next(row for row in material.round(0, random.Random(0)) if len(row.ids) == 11)
    assert np.array_equal(np.sort(row.ids, axis=1), np.sort(inputs.read(TEXTS[3]).ids[:, : row.ids.shape[1]], axis=1))


def test_a_row_tells_where_each_need_begins_and_which_it_is(material: Material) -> None:
    row = next(row for row in material.round(0, random.Random(0)) if len(row.ids) == 11)
    assert row.cuts.tolist() == [-1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0]
    assert row.labels.tolist() == [LABELS.index("price")] * 5 + [LABELS.index("requirement")] * 6


def test_a_round_holds_all_sentences_and_as_many_made_ones_as_asked_for(material: Material) -> None:
    rows = material.round(20, random.Random(1))
    assert len(rows) == material.size(20) == 3 + 2 + 20
    assert sum(bool((row.cuts > 0).any()) for row in rows) == 22


def test_made_sentences_are_other_ones_each_round(material: Material) -> None:
    rng = random.Random(2)
    first, second = ([row.labels.tolist() for row in material.round(20, rng)] for _ in range(2))
    assert first != second
