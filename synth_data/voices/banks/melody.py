"""The pitch of a sentence: tones drawn in the speaker's range, declination, and the recording's own melody where it fits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from synth_data.augmentation.levels import RATE_HZ
from synth_data.phonology import Spoken
from synth_data.voices.banks.speakers import BankSpeaker
from synth_data.voices.banks.timing import Placed
from synth_data.voices.banks.units import RecordedVoice, period_marks

FRAME = 80
"""Samples a value: 5 ms."""
FALL_ST_S, FALL_ST = 1.5, 3.5
"""Declination: semitones a second and at most in a phrase; a pause takes RESET of it back."""
RESET = 0.7
SMOOTH_FRAMES = 11
"""55 ms: a larynx doesn't jump."""
OWN = 0.7
"""The share of the recording's own melody where its tones are those wanted; the rest is drawn."""
FLUTTER = 0.004
"""Jitter from period to period, as a share."""


def melody(
    placed: Sequence[Placed], spoken: Sequence[Spoken], speaker: BankSpeaker, voice: RecordedVoice, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Hz at each frame of FRAME samples from the first sample of the result to its last."""
    frames = int(placed[-1].out[3]) // FRAME + 2
    times = np.arange(frames) * FRAME
    semitones = np.full(frames, np.nan)
    fall = declination(placed, spoken)
    for index, syllable in enumerate(placed):
        inside: NDArray[np.bool_] = (times >= syllable.out[1]) & (times <= syllable.out[2])
        place = np.asarray((times[inside] - syllable.out[1]) / max(syllable.out[2] - syllable.out[1], 1.0), np.float64)
        levels = spoken_contour(spoken, syllable.at)
        drawn = drawn_tone(levels, place) * speaker.range_st / 4
        if syllable.natural or not levels:
            own = own_melody(syllable, times[inside], speaker, voice)
            share = OWN if levels else 1.0
            drawn = share * own + (1 - share) * drawn
        semitones[inside] = drawn - fall[index]
    known = np.flatnonzero(~np.isnan(semitones))
    filled = np.interp(np.arange(frames), known, semitones[known]) if len(known) else np.zeros(frames)
    window = np.hanning(SMOOTH_FRAMES + 2)[1:-1]
    smooth = np.convolve(np.pad(filled, SMOOTH_FRAMES // 2, "edge"), window / window.sum(), "valid")
    return np.asarray(speaker.middle_hz * 2 ** (smooth / 12) * (1 + FLUTTER * rng.standard_normal(frames)), np.float64)


def declination(placed: Sequence[Placed], spoken: Sequence[Spoken]) -> list[float]:
    """Semitones that each syllable lies lower, and half the sentence's mean added so that the register stays."""
    falls: list[float] = []
    fall, since = 0.0, placed[0].out[0]
    for index, syllable in enumerate(placed):
        if index and any(each.is_pause for each in spoken[placed[index - 1].at + 1 : syllable.at]):
            fall, since = (1 - RESET) * falls[-1], syllable.out[0]
        falls.append(min(fall + FALL_ST_S * (syllable.out[0] - since) / RATE_HZ, FALL_ST))
    middle = sum(falls) / len(falls)
    return [fall - middle for fall in falls]


def spoken_contour(spoken: Sequence[Spoken], at: int) -> tuple[int, ...]:
    """The contour as it is in its place: a third tone stays low before another syllable."""
    contour = spoken[at].contour
    goes_on = at + 1 < len(spoken) and not spoken[at + 1].is_pause
    return (2, 1, 1) if goes_on and contour == (2, 1, 4) else contour


def drawn_tone(levels: Sequence[int], place: NDArray[np.float64]) -> NDArray[np.float64]:
    """Chao levels at places in [0, 1] of the core, as distance from the middle level 3; zeros for no levels."""
    if not levels:
        return np.zeros_like(place)
    if len(levels) == 1:
        return np.full_like(place, levels[0] - 3.0)
    return np.asarray(np.interp(place, np.linspace(0.08, 0.92, len(levels)), levels) - 3.0, np.float64)


def own_melody(syllable: Placed, times: NDArray[np.integer], speaker: BankSpeaker, voice: RecordedVoice) -> NDArray[np.float64]:
    """The recording's pitch at times of the result, as semitones from its middle, stretched to the speaker's range."""
    marks = syllable.unit.marks
    if len(marks) < 3:
        return np.zeros(len(times))
    own = 12 * np.log2(RATE_HZ / np.maximum(period_marks(marks), 1.0) / voice.middle_hz)
    at = np.interp(times, syllable.out, syllable.source)
    span = 12 * np.log2(voice.range_hz[1] / voice.range_hz[0])
    return np.asarray(np.interp(at, marks, own) * min(speaker.range_st / max(span, 1.0), 1.3), np.float64)
