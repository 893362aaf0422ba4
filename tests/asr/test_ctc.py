from pathlib import Path

import numpy as np
import pytest

from asr.ctc import PhoneHead, ToneHead, best_path


def test_the_best_path_merges_repeats_and_drops_blanks() -> None:
    scores = np.log(np.full((6, 3), 0.1, np.float32))
    for frame, unit in enumerate((0, 1, 1, 0, 1, 2)):
        scores[frame, unit] = np.log(0.8)
    assert [unit for unit, _ in best_path(scores)] == [1, 1, 2]
    assert best_path(np.log(np.array([[0.9, 0.1]], np.float32))) == ()


def test_a_head_travels_with_the_model(tmp_path: Path) -> None:
    assert PhoneHead.read(tmp_path) is None
    PhoneHead(np.eye(3, 4, dtype=np.float32), np.zeros(3, np.float32), ("sh", "i")).write(tmp_path)
    head = PhoneHead.read(tmp_path)
    assert head is not None
    assert head.phones == ("sh", "i")
    scores = head.scores(np.eye(4, dtype=np.float32))
    assert scores.shape == (4, 3)
    assert np.exp(scores).sum(axis=1) == pytest.approx(1.0)
    assert head.tones(np.eye(4, dtype=np.float32)) is None


def test_a_head_that_tells_tones_travels_with_them(tmp_path: Path) -> None:
    tone = ToneHead(np.eye(9, 4, dtype=np.float32), np.zeros(9, np.float32))
    PhoneHead(np.eye(3, 4, dtype=np.float32), np.zeros(3, np.float32), ("sh", "i"), tone).write(tmp_path)
    head = PhoneHead.read(tmp_path)
    assert head is not None
    tones = head.tones(np.eye(4, dtype=np.float32) * 5)
    assert tones is not None
    assert tones.shape == (4, 9)
    assert tones.argmax(axis=1).tolist() == [0, 1, 2, 3]
    assert tones.sum(axis=1) == pytest.approx(1.0)
