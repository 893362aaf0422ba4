"""Which of several words of the same phones was said: their tones against the pitch that was heard.

The recogniser's phones carry no tones, so 北京 and 背景 are the same to it; said alone, a word's pitch tells them apart.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from asr.pitch import pitch_of, voice_range
from asr.transcript import Samples

Contour = tuple[int, ...]
"""One syllable's Chao levels, 1 (low) to 5 (high), as realised in the word: (2, 1, 4)."""
_POINTS = 10
"""A syllable's points; a median of five of them takes out slips of an octave."""
_LEAST_VOICED = 8


def likeness(samples: Samples, contours: Sequence[Contour]) -> float:
    """How alike the pitch of a word said alone is to its tones: a correlation in [-1, 1], whatever the speaker's range.

    0 where there is too little voice, or the tones are all level. The syllables are taken to be equally long.
    """
    wanted = np.concatenate([_drawn(contour) for contour in contours]) if contours else np.zeros(1)
    track = pitch_of(samples)
    hz = pitch_of(samples, voice_range([track])).hz
    voiced = hz[hz > 0]
    if len(voiced) < _LEAST_VOICED or not np.ptp(wanted):
        return 0.0
    octaves = np.interp(np.linspace(0, 1, len(wanted)), np.linspace(0, 1, len(voiced)), np.log2(voiced))
    padded = np.pad(octaves, 2, mode="edge")
    smooth = np.median(np.lib.stride_tricks.sliding_window_view(padded, 5), axis=1)
    return float(np.corrcoef(smooth, wanted)[0, 1]) if np.ptp(smooth) else 0.0


def _drawn(contour: Contour) -> NDArray[np.float64]:
    levels = contour if len(contour) > 1 else contour * 2
    return np.interp(np.linspace(0, 1, _POINTS), np.linspace(0, 1, len(levels)), levels)
