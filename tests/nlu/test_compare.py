"""Differences that are known, and some that are not."""

from __future__ import annotations

import random

import pytest

from nlu.compare import ComparisonError, compare_entities, compare_intents
from nlu.evaluate import EntityRow, IntentRow, intent_report


def rows(right: list[bool]) -> list[IntentRow]:
    return [IntentRow(f"句{at}", f"f:{at}", ("a",), ("a",) if one else ("b",), 0.9) for at, one in enumerate(right)]


def test_a_model_against_itself_is_no_difference() -> None:
    same = rows([at % 7 != 0 for at in range(200)])
    for one in compare_intents(same, same):
        assert (one.difference, one.low, one.high, one.p) == (0.0, 0.0, 0.0, 1.0)
        assert one.line.endswith("no difference that is sure")


def test_ten_points_on_500_sentences_are_a_difference_one_sentence_is_none() -> None:
    rng = random.Random(3)
    base = [rng.random() < 0.8 for _ in range(500)]
    better = [one or rng.random() < 0.5 for one in base]
    accuracy = compare_intents(rows(better), rows(base))[0]
    assert accuracy.name == "accuracy"
    assert accuracy.difference == pytest.approx(sum(better) / 500 - sum(base) / 500)
    assert 0 < accuracy.low < accuracy.difference < accuracy.high
    assert accuracy.p < 0.002
    assert accuracy.line.endswith("better")
    first_wrong = base.index(False)
    hardly = [one or at == first_wrong for at, one in enumerate(base)]
    close = compare_intents(rows(hardly), rows(base))[0]
    assert close.low <= 0 <= close.high
    assert close.p > 0.5


def test_the_figures_are_those_of_the_report() -> None:
    gold = [("a",), ("a", "b"), (), ("c",), ("b",)]
    read = [("a",), ("a",), ("a",), (), ("b",)]
    mine = [IntentRow(f"{at}", "", one, other, 1.0) for at, (one, other) in enumerate(zip(gold, read, strict=True))]
    report = intent_report(mine, [])
    found = {one.name: one.model for one in compare_intents(mine, mine)}
    assert found["accuracy"] == pytest.approx(report.accuracy.value)
    assert found["exact_match"] == pytest.approx(report.exact_match.value)
    assert found["f1_micro"] == pytest.approx(report.f1_micro)
    assert found["f1_macro"] == pytest.approx(report.f1_macro)
    assert found["oos_recall"] == pytest.approx(report.oos_recall.value)


def test_entities_are_compared_by_span_and_type() -> None:
    gold = frozenset({("cpu", 0, 2), ("memory", 2, 5)})
    mine = [EntityRow("八核十六G", f"f:{at}", gold, gold) for at in range(40)]
    other = [EntityRow("八核十六G", f"f:{at}", gold, frozenset({("cpu", 0, 2)})) for at in range(40)]
    by_name = {one.name: one for one in compare_entities(mine, other)}
    assert (by_name["recall"].model, by_name["recall"].other) == (1.0, 0.5)
    assert by_name["recall"].low == pytest.approx(0.5)
    assert by_name["precision"].difference == 0.0


def test_other_sentences_cannot_be_compared() -> None:
    with pytest.raises(ComparisonError, match="different sentences"):
        compare_intents(rows([True]), rows([True, False]))
