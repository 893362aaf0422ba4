"""When each syllable sounds: lengths, joins and pauses of a sentence laid out in samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from synth_data.augmentation.levels import RATE_HZ
from synth_data.phonology import Spoken
from synth_data.voices.banks.choice import Chosen
from synth_data.voices.banks.units import Unit

SYLLABLE_S = 0.2
"""Telephone talk in Mandarin runs at about five syllables a second."""
NEUTRAL, CHECKED, BEFORE_PAUSE, LAST = 0.62, 0.75, 1.3, 1.45
"""Lengths against that: neutral tones (Lee and Zee 2008 measured 0.5-0.7), syllables ending in a stop, phrase-final ones."""
ALONE = 2.4
"""Words said alone are drawn out: the speakers of words34 take 0.73-1.03 s (quartiles) for two syllables, in sentences 0.4."""
PAUSE_S = (0.16, 0.4)
STOPS = {"cmn": ("zh", "ch", *"bpdtgkzcjq"), "yue": tuple("bpdtgkzc")}  # the j of Jyutping is a glide
HISSES = ("sh", "s", "x", "f", "h")
CLOSURE_S, HISS_S, SONORANT_S = -0.025, 0.008, 0.03
"""Joins: silence before a stop, a short cross-fade into a fricative, a long one between voiced sounds."""
TAIL_S, INNER_TAIL_S, LAST_TAIL_S = 0.025, 0.05, 0.12
"""How much of a recording's dying away is kept before another recording, within a word, and before a pause."""
ONSET_S = 0.13
"""No consonant is spoken longer."""
ONSETS_S = ((("zh", "z", "j", "gw", "b", "d", "g"), 0.09), (("ch", "c", "q", "k", "p", "t"), 0.16), (HISSES, 0.22))
"""The longest that consonants last in single recorded syllables, before the voice."""
VOICED = ("m", "n", "l", "r")
NASAL_S, LEAD_S = 0.06, 0.01
"""A voiced consonant taken from another recording, and the cross-fade into the rhyme."""


@dataclass(frozen=True, slots=True)
class Placed:
    """One syllable of the result. `source` and `out`: start, core and end in samples of the recording and of the result.

    `fade_in` and `fade_out` are in samples; `at` is the syllable's place in the sentence.
    """

    unit: Unit
    at: int
    source: tuple[float, float, float, float]
    out: tuple[float, float, float, float]
    fade_in: float
    fade_out: float
    natural: bool


def place(
    spoken: Sequence[Spoken], chosen: Sequence[Chosen], rate: float, rng: np.random.Generator, language: str = "cmn"
) -> list[Placed]:
    """Lay the chosen recordings out one after another. `rate`: 1 is about five syllables a second."""
    placed: list[Placed] = []
    count = max(sum(found.count for found in chosen), 1.5)
    rate = rate / (1 + float(rng.uniform(0.3, 1.2)) * ALONE / count**2)
    for found in chosen:
        for index in range(found.count):
            at = found.at + index
            length = _length(spoken, at, rate, rng)
            pause = at + 1 == len(spoken) or spoken[at + 1].is_pause
            rest = _fit(found, index, length, pause, spoken[at].syllable)
            if index:
                _add(placed, rest, 0.0, inside=True)
                continue
            join = _join(spoken[at].syllable, language) / max(rate, 1.0) * RATE_HZ
            if placed and any(each.is_pause for each in spoken[placed[-1].at + 1 : at]):
                join = -float(rng.uniform(*PAUSE_S)) / rate * RATE_HZ
            if found.lead is not None:
                _add(placed, _lead(*found.lead, at, spoken[at].syllable), join)
                rest, join = _without_onset(rest), LEAD_S * RATE_HZ
            _add(placed, rest, join)
    return placed


def _add(placed: list[Placed], syllable: Placed, join: float, inside: bool = False) -> None:
    """Set a syllable behind those placed: `join` samples over the last one, or after so much silence where negative."""
    start = max(placed[-1].out[3] - join, 0.0) if placed else 0.0
    if placed and not inside:
        placed[-1] = replace(placed[-1], fade_out=_fade(join))
    first, core, decay, end = syllable.out
    out = (start + first, start + core, start + decay, start + end)
    placed.append(replace(syllable, out=out, fade_in=0.0 if inside else _fade(join if placed else 0.0)))


def _lead(unit: Unit, piece: int, at: int, syllable: str) -> Placed:
    """The consonant alone: up to the voice, or with the first of it where the consonant has voice; for ng the end of ang."""
    start, core, decay, _ = (float(edge) for edge in unit.pieces[piece])
    voice = NASAL_S * RATE_HZ
    if syllable.startswith("ng"):
        source = (decay - voice, decay - voice, decay, decay)
    else:
        begin = max(start, core - _longest_onset(syllable) * RATE_HZ)
        source = (begin, core, core, core + (voice if syllable.startswith(VOICED) else LEAD_S * RATE_HZ))
    length = min(source[3] - source[0], ONSET_S * RATE_HZ)
    return Placed(unit, at, source, (0.0, length, length, length), 0.0, 0.0, False)


def _without_onset(rhyme: Placed) -> Placed:
    """From the core on; where its own consonant has voice, without that too."""
    _, core, decay, end = rhyme.source
    skipped = min(NASAL_S * RATE_HZ, 0.3 * (decay - core)) if rhyme.unit.reading[0].startswith(VOICED) else 0.0
    onset = rhyme.out[1]
    out = (0.0, 0.0, rhyme.out[2] - onset, rhyme.out[3] - onset)
    return replace(rhyme, source=(core + skipped, core + skipped, decay, end), out=out)


def _fade(join: float) -> float:
    return join if join > 0 else 0.005 * RATE_HZ


def _length(spoken: Sequence[Spoken], at: int, rate: float, rng: np.random.Generator) -> float:
    """Samples of a whole syllable."""
    syllable = spoken[at]
    length = SYLLABLE_S * float(np.exp(rng.normal(0.0, 0.1)))
    if syllable.neutral:
        length *= NEUTRAL
    elif len(syllable.contour) == 1 or syllable.syllable[-2:-1] in {"p", "t", "k"}:
        length *= CHECKED
    if at + 1 == len(spoken) or all(each.is_pause for each in spoken[at + 1 :]):
        length *= LAST
    elif spoken[at + 1].is_pause:
        length *= BEFORE_PAUSE
    return length * RATE_HZ / rate


def _fit(found: Chosen, index: int, length: float, pause: bool, syllable: str) -> Placed:
    """A piece of a recording brought to a length: its consonant shrinks by half as much as its vowel."""
    start, core, decay, end = (float(edge) for edge in found.unit.pieces[found.first + index])
    if index == 0:
        start = max(start, core - _longest_onset(syllable) * RATE_HZ)
    shrink = min(max((length / max(end - start, 1.0)) ** 0.5, 0.45), 1.0)
    onset = min((core - start) * shrink, ONSET_S * RATE_HZ)
    inner = index + 1 < found.count
    room = (INNER_TAIL_S if inner else LAST_TAIL_S if pause else TAIL_S) * RATE_HZ
    tail = min(end - decay, room)
    voice = max(length - onset - tail, 0.45 * length)
    last = end if inner else decay + tail  # what follows inside a word is kept whole, pressed together
    out = (0.0, onset, onset + voice, onset + voice + tail)
    return Placed(found.unit, found.at + index, (start, core, decay, last), out, 0.0, 0.0, found.natural)


def _longest_onset(syllable: str) -> float:
    """Seconds of a recording that may belong to a consonant; what lies before is breath."""
    return next((longest for initials, longest in ONSETS_S if syllable.startswith(initials)), 0.03)


def _join(syllable: str, language: str) -> float:
    """Seconds that a syllable overlaps the one before it; negative is silence."""
    if syllable.startswith(HISSES):
        return HISS_S
    return CLOSURE_S if syllable.startswith(STOPS[language]) else SONORANT_S
