"""Which recording says which syllable: words where the bank has them, then syllables, then stand-ins, each of them counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from synth_data.phonology import Spoken
from synth_data.voices.banks.standins import StandIns
from synth_data.voices.banks.units import RecordedVoice, Unit
from synth_data.voices.espeak import VoiceError

LONGEST_WORD = 4
FAR = 1.6
"""Chao levels that a word's syllables may lie off on average: farther ones are redrawn badly, single syllables serve better."""
SAME = 0.4
"""Chao levels: nearer contours count as the same tone, whose recorded melody is kept."""
CUT = 0.5
"""Chao levels that a syllable recorded by itself may lie farther off than one cut from a word and is still preferred."""


class MissingSyllableError(VoiceError):
    """A syllable that a bank has in no tone, and no near one either; says which."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A recording for some syllables: pieces `first` and on say the sentence's syllables `at` and on, `count` of them.

    `natural`: the tones are those of the recording, so that its melody is kept. `lead`: a recording and its piece whose consonant
    takes the place of the own one.
    """

    unit: Unit
    first: int
    at: int
    count: int
    natural: bool
    lead: tuple[Unit, int] | None = None


class Inventory:
    """One voice's recordings by what they say."""

    def __init__(self, voice: RecordedVoice) -> None:
        self.counts: Counter[str] = Counter()
        """How syllables were found: word, syllable, other_tone, cut (from a word), put_together, near."""
        self._words: dict[tuple[str, ...], list[Unit]] = {}
        self._alone: dict[str, list[tuple[Unit, int]]] = {}
        self._cut: dict[str, list[tuple[Unit, int]]] = {}
        for unit in voice.units:
            bases = tuple(syllable[:-1] for syllable in unit.reading)
            if len(bases) == 1:
                self._alone.setdefault(bases[0], []).append((unit, 0))
                continue
            self._words.setdefault(bases, []).append(unit)
            for index, base in enumerate(bases):
                self._cut.setdefault(base, []).append((unit, index))
        self._stand_ins = StandIns(sorted({*self._alone, *self._cut}))

    def choose(self, spoken: Sequence[Spoken], rng: np.random.Generator) -> list[Chosen]:
        """Recordings for all syllables of a sentence, pauses passed over. Raises MissingSyllableError."""
        chosen: list[Chosen] = []
        at = 0
        while at < len(spoken):
            if spoken[at].is_pause:
                at += 1
                continue
            found = self._word(spoken, at, rng) or self._single(spoken[at], at, rng)
            chosen.append(found)
            at += found.count
        return chosen

    def _word(self, spoken: Sequence[Spoken], at: int, rng: np.random.Generator) -> Chosen | None:
        for count in range(min(LONGEST_WORD, len(spoken) - at), 1, -1):
            wanted = spoken[at : at + count]
            units = self._words.get(tuple(each.syllable[:-1] for each in wanted), ())
            ranked = [(_word_distance(unit, wanted), unit) for unit in units]
            near = min((distance for distance, _ in ranked), default=FAR + 1)
            if near <= FAR:
                best = [unit for distance, unit in ranked if distance <= near + 0.01]
                self.counts["word"] += count
                return Chosen(best[int(rng.integers(len(best)))], 0, at, count, near < SAME)
        return None

    def _single(self, wanted: Spoken, at: int, rng: np.random.Generator) -> Chosen:
        base = wanted.syllable[:-1]
        if base in self._alone or base in self._cut:
            unit, piece = self._recorded(base, wanted.contour, rng)
            same = unit.reading[piece] == wanted.syllable
            self.counts["cut" if len(unit.reading) > 1 else "syllable" if same else "other_tone"] += 1
            return Chosen(unit, piece, at, 1, not wanted.contour)
        found = self._stand_ins.find(base)
        if found is None:
            raise MissingSyllableError(
                f"the recordings have no syllable like {wanted.syllable!r}; leave the sentence to another voice"
            )
        self.counts["put_together" if found.lead else "near"] += 1
        lead = self._recorded(found.lead, wanted.contour, rng) if found.lead else None
        return Chosen(*self._recorded(found.rhyme, wanted.contour, rng), at, 1, not wanted.contour, lead)

    def _recorded(self, base: str, contour: tuple[int, ...], rng: np.random.Generator) -> tuple[Unit, int]:
        """One of the recordings of a syllable that lie nearest to a contour; recorded alone is preferred to cut from a word."""
        ranked = [(distance(unit.contours[0], contour), unit, 0) for unit, _ in self._alone.get(base, ())]
        ranked += [(distance(unit.contours[i], contour) + CUT, unit, i) for unit, i in self._cut.get(base, ())]
        near = min(found[0] for found in ranked)
        best = [found for found in ranked if found[0] <= near + 0.01]
        _, unit, piece = best[int(rng.integers(len(best)))]
        return unit, piece


def _word_distance(unit: Unit, wanted: Sequence[Spoken]) -> float:
    return sum(distance(mine, each.contour) for mine, each in zip(unit.contours, wanted, strict=True)) / len(wanted)


@cache
def distance(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """Mean distance of two contours in Chao levels. The last rise of a third tone counts half: it comes only before a pause."""
    if not one or not other:
        return 0.0
    places = (0.0, 0.5, 1.0)
    first, second = (
        np.interp(places, np.linspace(0, 1, len(each)), each) if len(each) > 1 else np.full(3, each[0]) for each in (one, other)
    )
    return float(np.abs(first - second) @ np.array([0.4, 0.4, 0.2]))
