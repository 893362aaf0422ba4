"""The held-out figures, on sentences made up here."""

from __future__ import annotations

import pytest

from benchmarks.held_out import Sentence, is_cut_right, measure
from nlu.understanding import Entity, Need, Understanding

TEXT = "这个多少钱另外能试用吗"
COMPOUND = Sentence(TEXT, ("price_inquiry", "trial"), ((5, 7),), frozenset({("billing_period", "year")}), "cmn")
SINGLE = Sentence("几多钱", ("price_inquiry",), (), frozenset(), "yue")
NOTHING = Sentence("红烧肉怎么做", (), (), frozenset(), "cmn")


def heard(text: str, *needs: tuple[str, int, int], entities: tuple[Entity, ...] = ()) -> Understanding:
    return Understanding(text, tuple(Need(intent, 0.9, (), start, end) for intent, start, end in needs), entities)


@pytest.mark.parametrize(
    ("end", "start", "right"), [(5, 5, True), (5, 7, True), (7, 7, True), (4, 4, False), (8, 8, False), (3, 7, False)]
)
def test_a_connecting_word_may_go_to_either_side(end: int, start: int, right: bool) -> None:
    needs = heard(TEXT, ("price_inquiry", 0, end), ("trial", start, len(TEXT))).needs
    assert is_cut_right(COMPOUND, needs) is right


def test_a_sentence_cut_too_often_or_not_at_all_is_cut_wrongly() -> None:
    assert not is_cut_right(COMPOUND, heard(TEXT, ("trial", 0, len(TEXT))).needs)
    assert not is_cut_right(SINGLE, heard(SINGLE.text, ("price_inquiry", 0, 2), ("price_inquiry", 2, 3)).needs)
    assert is_cut_right(NOTHING, ())


def test_figures_are_given_for_each_group() -> None:
    year = Entity("billing_period", "year", "", 0, 1)
    understood = (
        heard(TEXT, ("price_inquiry", 0, 5), ("discount", 7, len(TEXT)), entities=(year,)),
        heard(SINGLE.text, ("price_inquiry", 0, 3)),
        heard(NOTHING.text),
    )
    compound, single, dialect, both = (
        measure(group, (COMPOUND, SINGLE, NOTHING), understood) for group in ("compound", "single", "dialect", "all")
    )
    assert (compound.n, compound.cut_right.value, compound.read_right.value, compound.f1_micro) == (1, 1.0, 0.0, 0.5)
    assert (single.n, single.read_right.value, dialect.n, dialect.exact_match.value) == (2, 1.0, 1, 1.0)
    assert (both.f1_micro, both.f1_macro, both.entity_f1) == (pytest.approx(2 / 3), 0.5, 1.0)
