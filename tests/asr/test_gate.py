from dataclasses import replace
from pathlib import Path

import pytest

from asr.evaluate import Heard, report
from asr.gate import Gate, GateError, checks, loss
from asr.manifest import Clip
from asr.transcript import Transcript


def heard(*rows: tuple[str, str, str]) -> list[Heard]:
    """(dialect, said, heard) of clips with names of their own."""
    return [
        Heard(Clip(Path(f"{number}.wav"), said, dialect, "m1", 1.0), Transcript(text, dialect, 1.0), 0.1, 1.0)
        for number, (dialect, said, text) in enumerate(rows)
    ]


BEFORE = heard(("cmn", "要八核的机器", "要八核的机器"), ("cmn", "一年多少钱", "一年多少前"), ("yue", "几多钱一年", "几多前一年"))


def test_every_bound_of_a_gate_is_checked_with_its_figure() -> None:
    found = checks(Gate({"cmn": 0.1, "default": 0.1}), report(BEFORE))
    assert [(check.name, round(check.figure, 3), check.passed) for check in found] == [
        ("CER of cmn", 0.091, True),
        ("CER of yue", 0.2, False),
    ]


def test_a_dialect_that_no_bound_names_is_free() -> None:
    assert [check.name for check in checks(Gate({"yue": 0.3}), report(BEFORE))] == ["CER of yue"]


def test_a_bound_on_a_dialect_without_clips_is_refused() -> None:
    with pytest.raises(GateError, match="binds nan, of which there are no clips; there are cmn, yue"):
        checks(Gate({"nan": 0.3}), report(BEFORE))


def test_mandarin_s_loss_is_held_at_its_upper_bound() -> None:
    worse = [replace(one, transcript=Transcript("要八个的机器", "cmn", 1.0)) if i == 0 else one for i, one in enumerate(BEFORE)]
    found = loss(worse, BEFORE, "cmn")
    assert found.n == 2
    assert found.difference == pytest.approx(1 / 11)
    assert found.low == 0.0
    assert found.high > found.difference
    assert [check.passed for check in checks(Gate(mandarin_loss=0.002), report(worse), found)] == [False]
    assert [check.passed for check in checks(Gate(mandarin_loss=0.002), report(BEFORE), loss(BEFORE, BEFORE, "cmn"))] == [True]


def test_mandarin_s_loss_needs_the_model_before() -> None:
    with pytest.raises(GateError, match="--compare"):
        checks(Gate(mandarin_loss=0.002), report(BEFORE))


def test_two_models_must_have_heard_the_same_clips() -> None:
    with pytest.raises(GateError, match="same clips"):
        loss(BEFORE, BEFORE[:2])
