"""How sentences are cut into folds."""

from __future__ import annotations

from collections import Counter

import pytest

from nlu.cross_validation import FoldError, folds
from nlu.data import Example


def test_each_label_is_spread_evenly_and_nothing_is_lost() -> None:
    examples = [Example(f"{label}第{at}句", (label,)) for label, count in (("a", 25), ("b", 10), ("c", 5)) for at in range(count)]
    cut = folds(examples, 5)
    assert sorted(place for one in cut for place in one) == list(range(40))
    for one in cut:
        assert Counter(examples[place].intents[0] for place in one) == {"a": 5, "b": 2, "c": 1}


def test_the_same_words_stay_in_one_fold() -> None:
    texts = [text for at in range(12) for text in (f"多少钱{at}", f"多少钱 {at}?", f"多少錢{at}。")]
    cut = folds([Example(text, ("price",)) for text in texts], 4)
    for one in cut:
        assert {place // 3 for place in one} == {place // 3 for place in one if place % 3 == 0}


def test_too_few_sentences_are_refused() -> None:
    with pytest.raises(FoldError, match="2 different sentences are too few for 3 folds"):
        folds([Example("好", ("a",)), Example("不", ("b",))], 3)
    with pytest.raises(FoldError, match="between 2 and 50, got 1"):
        folds([Example("好", ("a",))], 1)
