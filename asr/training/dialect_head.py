"""Fit a model's dialect head: logistic regression on the frozen encoder, in minutes on one core.

The strength of regularisation is chosen on speakers that the regression did not see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from asr.audio import read_audio
from asr.dialect_head import DialectHead, pooled
from asr.manifest import Clip
from asr.recogniser import WhisperRecogniser
from asr.transcript import SAMPLE_RATE_HZ

STRENGTHS = (0.003, 0.01, 0.03)
"""Of scikit-learn's C, the inverse of regularisation."""
_WORDS = 3.0
"""Characters weigh so much in the penalty beside standardised sounds: 0.894 right against 0.864 with 1
(500 development clips)."""
_LONGEST_S = 6.0
_FOLDS = 4


class DialectHeadError(ValueError):
    """There is nothing to fit a dialect head on."""


@dataclass(frozen=True, slots=True)
class FittedHead:
    """The head, and the share of clips of other speakers (by folds) that it gave the right dialect."""

    head: DialectHead
    accuracy: float
    clips: int


def fit(recogniser: WhisperRecogniser, clips: Sequence[Clip]) -> FittedHead:
    """Fit on clips of two or more dialects; those of a model's own training will do. Raises DialectHeadError."""
    spoken = [clip for clip in clips if clip.text]
    codes = tuple(sorted({clip.dialect for clip in spoken}))
    if len(codes) < 2:
        raise DialectHeadError(f"a dialect head needs clips of two dialects or more, got {', '.join(codes) or 'none'}")
    sounds = _sounds(recogniser, spoken)
    characters = "".join(sorted({character for clip in spoken for character in clip.text}))
    words = _words(spoken, characters)
    mean, spread = sounds.mean(axis=0), sounds.std(axis=0) + 1e-6
    rows = np.hstack([(sounds - mean) / spread, _WORDS * words])
    labels = np.array([codes.index(clip.dialect) for clip in spoken])
    speakers = [clip.speaker for clip in spoken]
    strength, accuracy = _chosen(rows, labels, speakers)
    model = _model(strength).fit(rows, labels)
    weights, bias = _per_dialect(model)
    sound = weights[:, : len(mean)] / spread
    parts = (sound, bias - sound @ mean, weights[:, len(mean) :] * _WORDS)
    whole, shift, each = (part.astype(np.float32) for part in parts)
    head = DialectHead(codes, whole, shift, characters, each)
    return FittedHead(head, accuracy, len(spoken))


def _sounds(recogniser: WhisperRecogniser, clips: Sequence[Clip]) -> NDArray[np.float32]:
    """What each clip's beginning sounds like, (clips, features)."""
    found = []
    for clip in tqdm(clips, desc="listen", unit="clip", disable=None):
        samples = read_audio(clip.audio)[: int(_LONGEST_S * SAMPLE_RATE_HZ)]
        found.append(pooled(*recogniser.sounds(samples)))
    return np.array(found, np.float32)


def _words(clips: Sequence[Clip], characters: str) -> NDArray[np.float32]:
    column = {character: number for number, character in enumerate(characters)}
    rows = np.zeros((len(clips), len(characters)), np.float32)
    for row, clip in zip(rows, clips, strict=True):
        row[[column[character] for character in clip.text]] = 1.0
    return rows


def _chosen(rows: NDArray[np.float32], labels: NDArray[np.int64], speakers: Sequence[str]) -> tuple[float, float]:
    """The best strength by folds of speakers, and its accuracy."""
    from sklearn.model_selection import GroupKFold, cross_val_score

    folds = min(_FOLDS, len(set(speakers)))
    if folds < 2:
        raise DialectHeadError("a dialect head needs clips of two speakers or more; the manifest names fewer")
    split = GroupKFold(folds)
    found = [(float(cross_val_score(_model(one), rows, labels, groups=speakers, cv=split).mean()), one) for one in STRENGTHS]
    accuracy, strength = max(found)
    return strength, accuracy


def _model(strength: float) -> Any:  # Any: scikit-learn is untyped
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=strength, class_weight="balanced", max_iter=300)


def _per_dialect(model: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:  # Any: scikit-learn is untyped
    """One row of weights a dialect; of two dialects scikit-learn keeps the second's only."""
    weights, bias = np.asarray(model.coef_), np.asarray(model.intercept_)
    if len(weights) == 1:
        return np.vstack([-weights / 2, weights / 2]), np.concatenate([-bias / 2, bias / 2])
    return weights, bias
