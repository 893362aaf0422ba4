"""The pitch of clean, close recordings: autocorrelation after Boersma (1993), the best path by Viterbi."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from asr.transcript import SAMPLE_RATE_HZ as RATE_HZ
from asr.transcript import Samples

HOP = 80
"""Samples from frame to frame: 5 ms."""
WINDOW = 640
"""40 ms: three periods of the lowest voice."""
WIDE = (60.0, 500.0)
"""Hz: where a voice that is not known yet is looked for."""
CANDIDATES = 5
SILENCE = 0.03
"""A frame whose peak is under this share of the recording's peak is no voice (Boersma's silence threshold)."""
VOICING = 0.45
"""The strength that "no voice" has; a periodic frame comes near 1."""
OCTAVE_COST = 0.03
"""How much an octave up must be better: among multiples of the period the shortest wins."""
JUMP_COST = 0.35
"""The cost of an octave's jump from frame to frame."""
SWITCH_COST = 0.14
"""The cost of going from voice to no voice or back."""


@dataclass(frozen=True, slots=True)
class Pitch:
    """Hz a frame, shape (n,), 0 where there is no voice; frame i is centred on sample i * HOP."""

    hz: NDArray[np.float32]

    @property
    def voiced(self) -> NDArray[np.bool_]:
        return self.hz > 0


def pitch_of(samples: Samples, range_hz: tuple[float, float] = WIDE) -> Pitch:
    """Track the pitch of a recording of RATE_HZ within `range_hz`. Boersma, P. (1993), IFA Proceedings 17."""
    frames = _frames(samples)
    if len(frames) == 0 or not samples.any():
        return Pitch(np.zeros(len(frames), np.float32))
    lags, strength = _candidates(frames, range_hz)
    silent = np.abs(frames).max(axis=1) < SILENCE * np.abs(samples).max()
    strength[silent] = 0.0
    return Pitch(_best_path(lags, strength))


def voice_range(tracks: Sequence[Pitch]) -> tuple[float, float]:
    """The range of one voice from tracks made with WIDE: 0.6 and 1.9 times the quartiles.

    Tracked again within it, a voice makes few slips of an octave. De Looze and Hirst (2008) take 0.75
    and 1.5; tones need more.
    """
    hz = np.concatenate([track.hz[track.voiced] for track in tracks] or [np.zeros(0, np.float32)])
    if len(hz) == 0:
        return WIDE
    low, high = np.percentile(hz, [25, 75])
    return max(float(0.6 * low), WIDE[0]), min(float(1.9 * high), WIDE[1])


def _frames(samples: Samples) -> Samples:
    padded = np.pad(samples, (WINDOW // 2, WINDOW // 2))
    frames: Samples = sliding_window_view(padded, WINDOW)[::HOP]
    return np.asarray(frames - frames.mean(axis=1, keepdims=True), np.float32)


def _candidates(frames: Samples, range_hz: tuple[float, float]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The highest peaks of each frame's autocorrelation: lags in samples (interpolated) and strengths, shape (n, CANDIDATES)."""
    window = np.hanning(WINDOW)
    correlation = _autocorrelation(frames * window) / _autocorrelation(window[None])
    first, last = max(int(RATE_HZ / range_hz[1]), 2), min(int(RATE_HZ / range_hz[0]), WINDOW // 2 - 2)
    middle = correlation[:, first : last + 1]
    before, after = correlation[:, first - 1 : last], correlation[:, first + 1 : last + 2]
    height = np.where((middle > before) & (middle >= after) & (middle > 0), middle, -1.0)
    height = height - OCTAVE_COST * np.log2(np.arange(first, last + 1) * range_hz[0] / RATE_HZ)  # shorter lags are preferred
    best = np.argpartition(height, -CANDIDATES, axis=1)[:, -CANDIDATES:]
    rows = np.arange(len(frames))[:, None]
    left, peak, right = before[rows, best], middle[rows, best], after[rows, best]
    bend = left - 2 * peak + right
    shift = np.where(bend < 0, 0.5 * (left - right) / np.where(bend < 0, bend, 1.0), 0.0)
    return best + first + np.clip(shift, -0.5, 0.5), np.maximum(height[rows, best], 0.0)


def _autocorrelation(frames: NDArray[np.floating]) -> NDArray[np.float64]:
    """Normalised to 1 at lag 0, lags 0 to WINDOW / 2."""
    power = np.abs(np.fft.rfft(frames, 2 * WINDOW)) ** 2
    correlation = np.fft.irfft(power)[:, : WINDOW // 2]
    return np.asarray(correlation / np.maximum(correlation[:, :1], 1e-12), np.float64)


def _best_path(lags: NDArray[np.float64], strength: NDArray[np.float64]) -> NDArray[np.float32]:
    """Viterbi over the candidates and "no voice" (the last column)."""
    count = len(lags)
    score = np.concatenate([strength, np.full((count, 1), VOICING)], axis=1)
    octaves = np.log2(lags)
    total, back = score[0], np.zeros((count, CANDIDATES + 1), np.int64)
    for frame in range(1, count):
        cost = np.full((CANDIDATES + 1, CANDIDATES + 1), SWITCH_COST)
        cost[:-1, :-1] = JUMP_COST * np.abs(octaves[frame - 1][:, None] - octaves[frame][None])
        cost[-1, -1] = 0.0
        options = total[:, None] - cost
        back[frame] = options.argmax(axis=0)
        total = options.max(axis=0) + score[frame]
    hz = np.zeros(count, np.float32)
    at = int(total.argmax())
    for frame in range(count - 1, -1, -1):
        if at < CANDIDATES:
            hz[frame] = RATE_HZ / lags[frame, at]
        at = int(back[frame, at])
    return hz
