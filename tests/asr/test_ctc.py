import itertools
from pathlib import Path

import numpy as np
import pytest

from asr.ctc import BLANK, CharacterHead, Scores, best_path, prefix_beam, text_scores


def random_scores(frames: int, units: int, seed: int = 1) -> Scores:
    logits = np.random.default_rng(seed).normal(0, 2, (frames, units))
    return (logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))).astype(np.float32)


def by_hand(scores: Scores) -> dict[tuple[int, ...], float]:
    """Every alignment of every text, added up."""
    found: dict[tuple[int, ...], float] = {}
    for path in itertools.product(range(scores.shape[1]), repeat=len(scores)):
        text = tuple(unit - 1 for unit, _ in itertools.groupby(path) if unit != BLANK)
        probability = float(np.exp(sum(scores[frame, unit] for frame, unit in enumerate(path))))
        found[text] = found.get(text, 0.0) + probability
    return found


def test_text_scores_are_the_sum_over_all_alignments() -> None:
    scores = random_scores(5, 3)
    truth = by_hand(scores)
    texts = [(), (0,), (1,), (0, 0), (0, 1), (1, 0, 1)]
    assert np.exp(text_scores(scores, texts)) == pytest.approx([truth[text] for text in texts], rel=1e-4)


def test_the_prefix_beam_finds_the_likeliest_texts() -> None:
    for seed in range(5):
        scores = random_scores(5, 4, seed)
        truth = by_hand(scores)
        best = sorted(truth, key=lambda text: -truth[text])
        assert prefix_beam(scores, 50)[:3] == best[:3]


def test_the_best_path_merges_repeats_and_drops_blanks() -> None:
    scores = np.log(np.full((6, 3), 0.1, np.float32))
    for frame, unit in enumerate((0, 1, 1, 0, 1, 2)):
        scores[frame, unit] = np.log(0.8)
    assert best_path(scores) == (0, 0, 1)


def test_a_text_longer_than_the_sound_is_impossible() -> None:
    assert text_scores(random_scores(2, 3), [(0, 1, 0)])[0] < -1e20


def test_a_head_travels_with_the_model(tmp_path: Path) -> None:
    assert CharacterHead.read(tmp_path) is None
    CharacterHead(np.eye(3, 4, dtype=np.float32), np.zeros(3, np.float32)).write(tmp_path)
    head = CharacterHead.read(tmp_path)
    assert head is not None
    scores = head.scores(np.eye(4, dtype=np.float32))
    assert scores.shape == (4, 3)
    assert np.exp(scores).sum(axis=1) == pytest.approx(1.0)
