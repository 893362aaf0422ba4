"""What an intent model is learnt from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nlu.data import Example, TrainingData
from nlu.learning import LearningOptions, Rows, align_compounds
from nlu.lexicon import Lexicon, standard
from nlu.pipeline import Pipeline
from nlu.train import rows_of

MARKED = Example("有适合小店的服务器没有一个月多少钱", ("product_inquiry", "price_inquiry"), cuts=(11,))


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return standard()


def rows(data: TrainingData, lexicon: Lexicon, *more: Example) -> Rows:
    return rows_of(TrainingData((*data.examples, *more), data.synonyms, data.lookups), Pipeline(), lexicon)


def test_a_compound_is_cut_where_its_marks_say(data: TrainingData, lexicon: Lexicon) -> None:
    (marked,) = [row for row in rows(data, lexicon, MARKED).compounds if row.sentence.text == MARKED.text]
    assert marked.begins == (0, 11)


def test_a_mark_that_leaves_a_need_without_a_word_is_no_mark(data: TrainingData, lexicon: Lexicon) -> None:
    (row,) = [row for row in rows(data, lexicon, replace(MARKED, text="多少钱,,", cuts=(3,))).compounds if row.begins == (0,)][
        -1:
    ]
    assert row.sentence.text == "多少钱,,"


def test_only_compounds_without_marks_are_aligned(data: TrainingData, lexicon: Lexicon) -> None:
    found = align_compounds(rows(data, lexicon, MARKED), lexicon, LearningOptions(folds=2))
    assert next(row for row in found if row.sentence.text == MARKED.text).begins == (0, 11)
    unmarked = next(row for row in found if row.sentence.text == "一年多少钱能打折吗")
    assert (unmarked.intents, unmarked.begins) == (("price_inquiry", "discount"), (0, 5))
