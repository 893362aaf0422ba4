"""One of a few known words and nothing else: a menu's answers, a list of names, isolated commands.

Each word is scored by the sum over all its alignments with the phones heard (CTC's forward probability, Graves et al. 2006),
so no language model and no search stand between sound and word. Words of the same phones are told apart by their tones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from asr.ctc import BLANK, Scores
from asr.dialects import DEFAULT_DIALECT
from asr.hot_words import HotWord, HotWordError
from asr.recogniser import WhisperRecogniser
from asr.tones import Contour, likeness
from asr.transcript import SAMPLE_RATE_HZ, Alternative, Samples, Transcript
from asr.vad import WINDOW, VoiceActivity
from asr.windows import has_sound

PHONE_BONUS = 2.0
"""What a phone earns: words of few phones would win otherwise. Of 576 clips of 24 speakers (words34) 0.674 are right with it,
0.620 without."""
_VOICE = 0.3
_BEFORE = int(0.2 * SAMPLE_RATE_HZ)  # soft initials come before the voice
_AFTER = int(0.15 * SAMPLE_RATE_HZ)
_PEAK = 0.3  # of full scale; the models' training clips peak at -8 to -15 dB
_LONGEST = 10 * SAMPLE_RATE_HZ
_TEMPERATURE = 4.0  # frames are not independent: differences of such scores overstate how sure they are
_SHOWN = 3
_SAME = 1e-6
_TONES = 8.0  # what the right melody earns among words of the same phones: 72 of 76 clips of two such words (words34) are right


class ClosedList:
    """A Recogniser that only ever hears one of its words, or silence. Safe for several threads."""

    def __init__(self, recogniser: WhisperRecogniser, words: Sequence[HotWord]) -> None:
        """Raises HotWordError for words that the model cannot tell by its phones, RecogniserError for a model without phones."""
        self._recogniser = recogniser
        units = {phone: unit for unit, phone in enumerate(recogniser.phones, 1)}
        self._words = {word.text: _units(word, units) for word in words}
        self._tones = {word.text: word.tones[0] for word in words if word.tones}
        unheard = next((text for text, ways in self._words.items() if not ways), None)
        if unheard is not None or not words:
            raise HotWordError(
                f"'{unheard}' has no phones that this model knows" if words else "a closed list needs a word or more"
            )

    def transcribe(self, samples: Samples) -> Transcript:
        """The likeliest word, the next ones as alternatives; `confidence` is that of the word among those of the list."""
        voice = spoken_part(samples)
        if voice is None:
            return Transcript("", DEFAULT_DIALECT, 0.0)
        ranked = by_tone(ranking(self._recogniser.sounds(voice)[1], self._words), self._tones, voice)
        top = ranked[0][1]
        chances = np.exp([(score - top) / _TEMPERATURE for _, score in ranked])
        others = tuple(Alternative(text, (score - top) / len(text)) for text, score in ranked[1:_SHOWN])
        return Transcript(ranked[0][0], DEFAULT_DIALECT, float(1.0 / chances.sum()), others)


def spoken_part(samples: Samples) -> Samples | None:
    """What was said, a little before and after included, at the level that models are trained on; None for silence."""
    if not has_sound(samples):
        return None
    level = _PEAK / float(np.abs(samples).max())
    scaled = (samples * level).astype(np.float32)
    voiced = np.flatnonzero(np.array(VoiceActivity().hear(scaled)) > _VOICE)
    if len(voiced) == 0:
        return None
    return scaled[max(0, int(voiced[0]) * WINDOW - _BEFORE) : (int(voiced[-1]) + 1) * WINDOW + _AFTER][:_LONGEST]


def ranking(scores: Scores, words: Mapping[str, Sequence[Sequence[int]]]) -> list[tuple[str, float]]:
    """The words with their scores, best first; `words`: of each text the ways to say it, as units of `scores` (frames, units)."""
    found = ((text, max(forward(scores, way) + PHONE_BONUS * len(way) for way in ways)) for text, ways in words.items())
    return sorted(found, key=lambda one: -one[1])


def by_tone(
    ranked: Sequence[tuple[str, float]], tones: Mapping[str, Sequence[Contour]], voice: Samples
) -> list[tuple[str, float]]:
    """The words, those that share the best one's phones ordered by how alike their `tones` are to what is heard in `voice`."""
    alike = [text for text, score in ranked if ranked[0][1] - score < _SAME and text in tones]
    if len(alike) < 2:
        return list(ranked)
    gained = {text: _TONES * likeness(voice, tones[text]) for text in alike}
    best = max(gained.values())
    return sorted(((text, score + gained.get(text, best) - best) for text, score in ranked), key=lambda one: -one[1])


def forward(scores: Scores, units: Sequence[int]) -> float:
    """log P(units | sound), summed over all alignments."""
    path = np.full(2 * len(units) + 1, BLANK)
    path[1::2] = units
    skips = np.zeros(len(path), bool)
    skips[3::2] = path[3::2] != path[1:-2:2]
    reached = np.full(len(path), -np.inf)
    reached[:2] = scores[0, path[:2]]
    for frame in scores[1:]:
        before = reached
        reached = np.logaddexp(before, np.concatenate(([-np.inf], before[:-1])))
        two = np.concatenate(([-np.inf, -np.inf], before[:-2]))
        reached = np.where(skips, np.logaddexp(reached, two), reached) + frame[path]
    return float(np.logaddexp(reached[-1], reached[-2]))


def _units(word: HotWord, units: Mapping[str, int]) -> list[tuple[int, ...]]:
    ways = (phones for phones in word.pronunciations if phones and all(phone in units for phone in phones))
    return [tuple(units[phone] for phone in phones) for phones in ways]
