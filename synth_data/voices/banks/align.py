"""Where the syllables of a recorded word lie: the word is warped onto syllables of another voice (DTW over cepstra)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from asr.pitch import HOP, pitch_of
from synth_data.augmentation.levels import RATE_HZ, Samples
from synth_data.voices.banks.cutting import cut, frame_db
from synth_data.voices.banks.units import Unit, sound_of

CEPSTRA = 13
SNAP_MS = 40
"""A cut moves to the quietest place so near: DTW over two voices is right within about that."""
SHORTEST_MS = 60
"""No syllable is shorter."""

Templates = Mapping[str, Sequence[Unit]]
"""Syllables by their pinyin without tone."""


def templates_of(units: Sequence[Unit]) -> dict[str, list[Unit]]:
    """The recorded syllables of a bank, by pinyin or Jyutping without tone."""
    found: dict[str, list[Unit]] = {}
    for unit in units:
        if len(unit.reading) == 1:
            found.setdefault(unit.reading[0][:-1], []).append(unit)
    return found


def align(word: Unit, templates: Templates, range_hz: tuple[float, float]) -> Unit:
    """The word cut where its syllables meet. A syllable without a template leaves the equal shares as they are."""
    if len(word.reading) == 1:
        return word
    models = [templates.get(syllable[:-1], ()) for syllable in word.reading]
    if not all(models):
        return word
    samples = sound_of(word)
    inner = _snapped(samples, _bounds(samples, [sound_of(model[0]) for model in models]))
    bounds = _spread([0, *inner, len(word.samples)])
    return replace(word, pieces=cut(samples, pitch_of(samples, range_hz), bounds))


def _bounds(word: Samples, sounds: Sequence[Samples]) -> list[int]:
    """Where the warping path crosses from one syllable's sound to the next, in samples of the word."""
    from librosa.sequence import dtw

    model = np.concatenate(sounds)
    _, path = dtw(_cepstra(model), _cepstra(word), metric="euclidean")
    path = path[::-1]
    edges = np.cumsum([len(sound) for sound in sounds])[:-1] // (2 * HOP)
    return [int(path[min(int(np.searchsorted(path[:, 0], edge)), len(path) - 1), 1]) * 2 * HOP for edge in edges]


def _cepstra(samples: Samples) -> NDArray[np.float32]:
    """Cepstra of 10 ms frames with mean and variance of the recording taken out, and their slopes."""
    from librosa.feature import delta, mfcc

    features = mfcc(y=samples, sr=RATE_HZ, n_mfcc=CEPSTRA, n_fft=512, hop_length=2 * HOP, n_mels=32)
    features = (features - features.mean(axis=1, keepdims=True)) / (features.std(axis=1, keepdims=True) + 1e-5)
    return np.asarray(np.concatenate([features, delta(features, width=5, mode="nearest")]), np.float32)


def _snapped(samples: Samples, bounds: Sequence[int]) -> list[int]:
    level = frame_db(samples)
    reach = SNAP_MS * RATE_HZ // 1000 // HOP
    snapped = []
    for bound in bounds:
        first = max(bound // HOP - reach, 0)
        near = level[first : bound // HOP + reach + 1]
        snapped.append((first + int(near.argmin())) * HOP if len(near) else bound)
    return snapped


def _spread(bounds: list[int]) -> list[int]:
    """Bounds at least SHORTEST_MS apart, as far as the recording allows."""
    least = min(SHORTEST_MS * RATE_HZ // 1000, bounds[-1] // max(len(bounds) - 1, 1))
    for index in range(1, len(bounds) - 1):
        bounds[index] = max(bounds[index], bounds[index - 1] + least)
    for index in range(len(bounds) - 2, 0, -1):
        bounds[index] = min(bounds[index], bounds[index + 1] - least)
    return bounds
