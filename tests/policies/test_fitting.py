"""What follows what, fitted and kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from policies import fitting
from policies.ensemble import MOST_STORIES, some_of
from policies.fitting import Floats, Rows, fit
from tests.policies.talk import read_script_text

ACTIONS = ("utter_cheer_up", "utter_greet", "utter_happy")
ROWS: Rows = {
    ("intent=greet",): {"utter_greet": 3},
    ("intent=greet", "last=action_listen"): {"utter_greet": 3},
    ("intent=sad", "last=action_listen"): {"utter_cheer_up": 2},
    ("intent=sad",): {"utter_cheer_up": 2, "utter_happy": 1},
    ("intent=glad", "last=action_listen"): {"utter_happy": 2},
    ("intent=glad",): {"utter_happy": 2},
}
COLUMNS = {name: at for at, name in enumerate(sorted({name for row in ROWS for name in row}))}


def likeliest(weights: Floats, *names: str) -> str:
    scores = weights[:, [COLUMNS[name] for name in names]].sum(axis=1) + weights[:, -1]
    return ACTIONS[int(scores.argmax())]


@pytest.mark.parametrize("large", [0, fitting.LARGE])
def test_each_situation_leads_to_what_mostly_followed_it(large: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitting, "LARGE", large)
    weights = fit(ROWS, COLUMNS, ACTIONS)
    assert weights.shape == (len(ACTIONS), len(COLUMNS) + 1)
    assert likeliest(weights, "intent=greet", "last=action_listen") == "utter_greet"
    assert likeliest(weights, "intent=sad") == "utter_cheer_up"
    assert likeliest(weights, "intent=glad") == "utter_happy"


def test_what_was_fitted_is_read_from_the_disk(tmp_path: Path) -> None:
    first = fit(ROWS, COLUMNS, ACTIONS, tmp_path)
    (kept,) = tmp_path.iterdir()
    np.save(kept, first + 1.0)
    assert np.array_equal(fit(ROWS, COLUMNS, ACTIONS, tmp_path), first + 1.0)


def test_other_stories_are_fitted_anew_and_a_damaged_file_too(tmp_path: Path) -> None:
    first = fit(ROWS, COLUMNS, ACTIONS, tmp_path)
    other = fit({**ROWS, ("intent=glad",): {"utter_happy": 9}}, COLUMNS, ACTIONS, tmp_path)
    assert not np.array_equal(first, other)
    for kept in tmp_path.iterdir():
        kept.write_bytes(b"rubbish")
    assert np.allclose(fit(ROWS, COLUMNS, ACTIONS, tmp_path), first)


def test_a_folder_that_cannot_be_written_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "policies").write_text("in the way")
    assert fit(ROWS, COLUMNS, ACTIONS, tmp_path / "policies").shape == (len(ACTIONS), len(COLUMNS) + 1)


def test_of_many_stories_some_from_all_over_are_learnt_from() -> None:
    text = "stories:\n" + "".join(
        f"- story: s{n}\n  steps: [{{intent: a}}, {{action: utter_a}}]\n" for n in range(MOST_STORIES * 2)
    )
    stories = tuple(read_script_text(text, "stories.yml").stories)
    assert some_of(stories[:MOST_STORIES]) == stories[:MOST_STORIES]
    assert some_of(stories) == stories[::2]
    assert some_of(()) == ()
