import math
from pathlib import Path

import numpy as np
import pytest

from asr.language_model import LONGEST, NGrams, count

TOKENS = {"是": 0, "时": 1, "八": 2, "A": 3, "P": 4}
END, DIALECT = 5, 9
TEXTS = [(DIALECT, (0, 2, 1)), (DIALECT, (0, 1)), (DIALECT, (1, 2, 2, 0, 2, 1))]
START = (DIALECT,) * (LONGEST - 1)


def test_what_may_follow_adds_up_to_one_in_known_and_unknown_contexts() -> None:
    model = count(TEXTS * 3, END)
    for before in (START, (*START[1:], 0), (1, 2, 2, 0), (4, 4, 4, 4), (4, 4, 2, 2), (400, 400, 400, 0)):
        assert sum(math.exp(model.score(before, token)) for token in range(END + 1)) == pytest.approx(1.0, abs=1e-5), before


def test_a_longer_context_tells_more() -> None:
    model = count([(DIALECT, (0, 1, 2, 3)), (DIALECT, (4, 1, 2, 0))] * 5, END)
    assert model.score((DIALECT, 0, 1, 2), 3) > math.log(0.7)
    assert model.score((DIALECT, 4, 1, 2), 0) > math.log(0.7)
    assert all(math.log(0.15) < model.score((2, 2, 1, 2), token) < math.log(0.6) for token in (0, 3)), "1 2 leaves both open"


def test_where_a_text_ends_is_told() -> None:
    model = count([(DIALECT, (0, 1))] * 9 + [(DIALECT, (0,))], END)
    whole, half = model.ends(np.array([(DIALECT, DIALECT, 0, 1), (DIALECT, DIALECT, DIALECT, 0)]))
    assert whole > math.log(0.7) > math.log(0.3) > half
    rows = np.array([[DIALECT, 0, 1, 3], [0, 1, 2, 1]])
    assert NGrams.of_rows(rows, END).ends(np.array([[0, 1]])).tolist() == [0.0], "counted without ends"


def test_counts_survive_another_numbering(tmp_path: Path) -> None:
    model = count(TEXTS, END)
    model.write(tmp_path, {**TOKENS, "<|end|>": END, "<|zh|>": DIALECT})
    symbols = {**{character: id + 3 for character, id in TOKENS.items()}, "<|end|>": 12, "<|zh|>": 20}
    moved = NGrams.read(tmp_path, symbols, 12)
    assert moved is not None
    old, new = model._rows(), moved._rows()
    assert sorted(map(tuple, np.where(new[:, :-1] == 20, DIALECT, np.where(new[:, :-1] == 12, END, new[:, :-1] - 3)))) == sorted(
        map(tuple, old[:, :-1])
    )
    assert moved.ends(np.array([(20, 20, 3, 4)]))[0] > moved.ends(np.array([(20, 20, 20, 3)]))[0]
    assert NGrams.read(tmp_path / "nowhere", TOKENS, END) is None


def test_a_file_of_before_holds_rows_of_three(tmp_path: Path) -> None:
    grams, names = np.array([[9, 9, 0, 4], [9, 0, 2, 4]], np.int32), np.array([*TOKENS, "<|zh|>"])
    file = tmp_path / "language_model.npz"
    np.savez_compressed(file, grams=grams, names=names, ids=np.array([*TOKENS.values(), 9]), tokens=np.int32(END))
    model = NGrams.read(tmp_path, {**TOKENS, "<|zh|>": DIALECT}, END)
    assert model is not None
    assert model.order == 3
    assert model.score((DIALECT, 0), 2) > math.log(0.5)
    assert model.ends(np.array([[0, 2]])).tolist() == [0.0]


def test_counts_of_two_models_are_added_as_long_as_those_of_the_shorter() -> None:
    long, short = count(TEXTS, END), NGrams.of_rows(np.array([[DIALECT, 0, 2, 1], [0, 2, 1, 5], [2, 1, END, 5]]), END)
    both = long.plus(short)
    assert both.order == short.order == 3
    assert dict(zip(map(tuple, both._rows()[:, :-1]), both._rows()[:, -1], strict=True))[0, 2, 1] == 7
    assert long.plus(None) is long
    assert long.plus(long).score(START, 0) > long.score(START, 0)


def test_a_large_vocabulary_has_shorter_runs() -> None:
    model = count([(60_000, (0, 50_000, 7))], 50_257)
    assert model.order == 3
    assert model.score((0, 50_000), 7) > model.score((0, 50_000), 8)


def test_tokens_that_were_never_counted_have_the_least_chance_each() -> None:
    model = count(TEXTS, END)
    least = model.score((400, 400, 400, 400), 400)
    assert least == model.score((400, 400, 400, 400), 3)
    assert least < min(model.score((400, 400, 400, 400), token) for token in (0, 1, 2, END))


def test_one_context_serves_many_tokens() -> None:
    model = count(TEXTS, END)
    before, tokens = np.array([START, (DIALECT, 0, 2, 1), (2, 1, 400, 0)]), np.array([2, 1, 0, 1, 2, 400])
    each = np.array([0, 1, 2, 0, 2, 1])
    assert model.scores(before, tokens, each).tolist() == model.scores(before[each], tokens).tolist()
    assert model.score_of(DIALECT, (0, 2)) == pytest.approx(model.score(START, 0) + model.score((*START[1:], 0), 2))


def test_no_token_is_likelier_than_its_most() -> None:
    model = NGrams.of_rows(count(TEXTS, END)._rows()[:, 2:], END)
    places = np.array(list(np.ndindex(11, 11, 11)))
    scores = model.scores(places[:, :2], places[:, 2])
    assert (scores <= model.most(places[:, 2])).all()
    assert set(model.most(np.arange(3)).tolist()) <= set(scores.tolist())
