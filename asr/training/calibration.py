"""Fit what a recogniser's confidence means, on clips that the model was not trained on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from tqdm import tqdm

from asr.audio import read_audio
from asr.calibration import Calibration, CalibrationError
from asr.cer import cer
from asr.manifest import Clip
from asr.reading import FEATURES, features
from asr.recogniser import WhisperRecogniser

FEWEST = 50
"""With fewer clips the seven weights would follow chance."""
_STRENGTH = 1.0


def fit(recogniser: WhisperRecogniser, clips: Sequence[Clip]) -> Calibration:
    """Fit on the clips that are read in one window. Raises CalibrationError where there are too few of them."""
    rows, right, weights = _measured(recogniser, clips)
    if len(rows) < FEWEST:
        raise CalibrationError(f"a calibration needs {FEWEST} clips with a text or more, got {len(rows)}")
    values = np.array(rows)
    mean, spread = values.mean(axis=0), values.std(axis=0) + 1e-6
    model = _fitted((values - mean) / spread, np.array(right), np.array(weights))
    each = model.coef_[0] / spread
    bias = float(model.intercept_[0] - each @ mean)
    return Calibration(FEATURES, tuple(round(float(one), 5) for one in each), round(bias, 5), len(rows))


def _measured(recogniser: WhisperRecogniser, clips: Sequence[Clip]) -> tuple[list[tuple[float, ...]], list[float], list[float]]:
    """Of each clip what its confidence is told from, the share of characters that are right, and its length."""
    rows, right, weights = [], [], []
    for clip in tqdm(clips, desc="transcribe", unit="clip", disable=None):
        windows = recogniser.readings(read_audio(clip.audio)) if clip.text else []
        if len(windows) != 1 or (evidence := windows[0][0].evidence) is None:
            continue
        best = windows[0][0]
        rows.append(features(evidence, len(best.text)))
        right.append(1.0 - min(1.0, cer(best.text, clip.text)))
        weights.append(float(len(clip.text)))
    return rows, right, weights


def _fitted(rows: Any, right: Any, weights: Any) -> Any:  # Any: scikit-learn is untyped
    """Logistic regression on shares: each row counts as right by its share, and as wrong by the rest."""
    from sklearn.linear_model import LogisticRegression

    labels = np.repeat((1, 0), len(rows))
    shares = np.concatenate([weights * right, weights * (1.0 - right)])
    return LogisticRegression(C=_STRENGTH, max_iter=1000).fit(np.vstack([rows, rows]), labels, sample_weight=shares)
