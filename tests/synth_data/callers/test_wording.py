"""Every dialect of the simulated customers has words for everything that a customer may say."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import yaml

import synth_data.callers.wording as wording_module
from synth_data.callers.goals import STYLES, Tables, Wish, draw_goals
from synth_data.callers.wording import Wording

BOT = Path(__file__).parents[3] / "examples" / "cloud_sales"
PHRASES = yaml.safe_load((Path(wording_module.__file__).parent / "phrases.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("style", sorted(set(STYLES)))
def test_every_dialect_has_every_act(style: str) -> None:
    assert set(PHRASES[style]) == set(PHRASES["cmn"])


def test_every_goal_can_be_put_into_words_without_a_gap() -> None:
    tables = Tables.read(BOT)
    for goal in draw_goals(tables, 150, seed=1):
        wording = Wording(goal, random.Random(goal.number))
        for need in goal.needs:
            said = wording.beside(need) if need.kind in ("another", "back") else wording.ask(need)
            assert said
            assert "{" not in said
            assert ",," not in said
            assert not said.endswith(",")


def test_a_change_says_only_what_is_new() -> None:
    goal = draw_goals(Tables.read(BOT), 1)[0]
    wording = Wording(goal, random.Random(3))
    before = Wish("cloud_server", {"cpu_cores": 4, "memory_gb": 8}, "beijing")
    moved = goal.needs[0].__class__("change", (), Wish("cloud_server", {"cpu_cores": 4, "memory_gb": 8}, "shanghai"))

    assert "上海" in wording.change(moved, before)
    assert "4核" not in wording.change(moved, before)
