"""Slips counted in pairs of what was said and heard; simulated ones are like real ones."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from benchmarks.confusions import read_pairs
from nlu.confusion import garble
from nlu.confusion.alignment import slips, statistics

DATA = os.environ.get("XIANGYIN_DATA")


@pytest.mark.parametrize(
    ("said", "heard", "kinds"),
    [
        ("云服务器", "云服务器", (None, None, None, None)),
        ("云服务器", "允服务器", ("same", None, None, None)),
        ("四核", "是核", ("near", None)),
        ("导航去", "航去", ("deleted", None, None)),
        ("转人工", "转人工啊", (None, None, None, "inserted")),
        ("你好,请说", "你好请说。", (None, None, None, None)),
        ("唱歌", "放歌", ("half", None)),
        ("", "啊", ("inserted",)),
    ],
)
def test_slips_are_told_by_sound(said: str, heard: str, kinds: tuple[str | None, ...]) -> None:
    assert slips(said, heard) == kinds


def test_speech_that_was_not_heard_at_all_is_left_out() -> None:
    found = statistics([("森林豪庭", "声音很好听啊"), ("云服务器", "允服务器"), ("我要回家", "我要回家")])
    assert (found.sentences, found.right, found.error_rate) == (2, 0.5, 1 / 8)
    assert found.kinds == {"same": 1.0}
    assert found.runs == {1: 1.0}


@pytest.mark.skipif(not DATA, reason="XIANGYIN_DATA names no folder of public data")
def test_simulated_slips_are_like_those_of_a_real_recogniser() -> None:
    pairs = read_pairs(Path(DATA or "") / "intents/catslu/train.jsonl", 1500)
    rng = random.Random(0)
    real, simulated = statistics(pairs), statistics((said, garble(said, 0.045, rng)) for said, _ in pairs)
    for slip, share in real.kinds.items():
        assert abs(simulated.kinds[slip] - share) < 0.09, slip
    assert abs(simulated.right - real.right) < 0.05
