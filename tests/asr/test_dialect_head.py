from pathlib import Path

import numpy as np
import pytest

from asr.dialect_head import DialectHead, pooled


def head() -> DialectHead:
    sound = np.zeros((2, 7), np.float32)
    sound[1, 0] = 2.0
    return DialectHead(("cmn", "cmn-sichuan"), sound, np.zeros(2, np.float32), "啥嘛", np.array([[0, 0], [1.5, 0.5]], np.float32))


def test_sounds_and_words_both_tell_the_dialect() -> None:
    neutral = np.zeros(7, np.float32)
    assert head().odds(neutral) == pytest.approx({"cmn": 0.5, "cmn-sichuan": 0.5})
    assert head().odds(neutral, "啥啥时候")["cmn-sichuan"] == pytest.approx(1 / (1 + np.exp(-1.5)), rel=1e-5)
    heard = neutral.copy()
    heard[0] = -1.0
    assert head().odds(heard)["cmn"] == pytest.approx(1 / (1 + np.exp(-2.0)), rel=1e-5)


def test_a_head_survives_its_folder(tmp_path: Path) -> None:
    assert DialectHead.read(tmp_path) is None
    head().write(tmp_path)
    read = DialectHead.read(tmp_path)
    assert read is not None
    assert (read.codes, read.characters) == (head().codes, "啥嘛")
    assert read.odds(np.ones(7, np.float32), "嘛") == pytest.approx(head().odds(np.ones(7, np.float32), "嘛"), abs=1e-3)


def test_pooling_looks_where_phones_are() -> None:
    frames = np.array([[1.0, 0.0], [0.0, 5.0]], np.float32)
    scores = np.log(np.array([[0.05, 0.9, 0.05], [0.999, 0.0005, 0.0005]], np.float32))
    whole = pooled(frames, scores)
    assert whole.shape == (7,)
    assert whole[0] > 0.99
    assert whole[1] < 0.01
    assert whole[4:].sum() == pytest.approx(1.0)
