"""xiangyin simulate, as far as it goes without a trained bot."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from deploy.cli import main
from deploy.commands.simulate import _slips
from synth_data.callers.goals import Goal

CUSTOMER = Goal(1, "cmn", (), False, True, "王女士", "13800001234")


@pytest.mark.parametrize(("option", "value"), [("--callers", "0"), ("--slips", "1.5")])
def test_what_cannot_be_is_told(option: str, value: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", str(tmp_path), option, value]) == 2
    assert f"got {value}" in capsys.readouterr().err


def test_a_bot_without_tables_is_told_before_anything_is_loaded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", str(tmp_path)]) == 2
    assert "prices.csv: goals are drawn from it" in capsys.readouterr().err


def test_a_recogniser_slips_at_the_rate_and_writes_commas_only_sometimes() -> None:
    slip, rng = _slips(0.12), random.Random(5)
    said = "我想要八核的云服务器,包年多少钱,能不能对接我们的系统"
    heard = [slip(said, CUSTOMER, rng) for _ in range(200)]
    with_marks = sum("," in text for text in heard)

    assert 60 < with_marks < 140
    assert sum(text == said for text in heard) < 40
