"""What speaks for and against a sentence: figures that can be worked out, n-grams that the house does not have, trees."""

from __future__ import annotations

import numpy as np
import pytest

from dialogue.facts import Facts
from dialogue.guard import Guard, GuardContext
from dialogue.guard.grams import gapped, normal, places
from dialogue.guard.trees import grown

TYRES = Guard(Facts(), own=("国产轮胎三百六十元一条。", "质保十五天。", "救援一次八十元。", "旧胎抵八十元。"))


def held(guard: Guard, sentence: str) -> list[tuple[str, bool]]:
    return [(one.words, one.held) for one in guard.trace(sentence, GuardContext()) if one.source is None]


@pytest.mark.parametrize(
    ("sentence", "worked_out"),
    [
        ("四条一千四百四十块，您看行吗。", True),
        ("四条一千五百块，您看行吗。", False),
        ("坏了的话半个月里头都管。", True),
        ("坏了的话两个月里头都管。", False),
        ("旧的抵掉八十块，您再补两百八就行。", True),
        ("您再补两百块就行。", False),
    ],
)
def test_a_figure_that_follows_from_the_texts_is_left_to_what_the_sentence_means(sentence: str, worked_out: bool) -> None:
    assert all(known is worked_out for _, known in held(TYRES, sentence))


def test_a_made_up_figure_is_stopped_whatever_the_sentence_means() -> None:
    assert TYRES.check("四条一千五百块。", GuardContext()).kind == "figure"


def test_a_term_that_a_response_names_is_one_of_the_bots_own_words() -> None:
    guard = Guard(Facts(terms={"hours": "全天"}), own=("{hours}有人值班。",))
    assert guard.check("全天有人值班。", GuardContext()).allowed


def test_a_pair_with_a_gap_is_the_same_whatever_stands_in_it() -> None:
    assert set(gapped("退您钱").tolist()) & set(gapped("退他钱").tolist())
    assert not set(gapped("退您,钱").tolist())


def test_ngrams_are_counted_once() -> None:
    grams = places(normal("退退退"))
    assert len(grams) == len(set(grams.tolist()))


def test_trees_weigh_as_the_learner_does() -> None:
    from sklearn.ensemble import GradientBoostingClassifier

    chance = np.random.default_rng(0)
    rows = chance.normal(size=(300, 4)).astype(np.float32)
    forbidden = rows[:, 0] * rows[:, 1] > 0
    machine = GradientBoostingClassifier(
        n_estimators=20, max_depth=3, subsample=0.7, learning_rate=0.08, min_samples_leaf=20, random_state=0
    ).fit(rows, forbidden)
    trees = grown(rows, forbidden, 20, 3)
    assert [trees.weigh(row) for row in rows[:50]] == pytest.approx(machine.decision_function(rows[:50]).tolist(), abs=1e-4)
