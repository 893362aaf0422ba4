"""A voice of recorded syllables and words, spliced into sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from synth_data.augmentation.levels import RATE_HZ, Samples
from synth_data.phonology import DIALECTS, Spoken
from synth_data.speech import Speech
from synth_data.voices.banks.bank import load_voice
from synth_data.voices.banks.choice import Inventory
from synth_data.voices.banks.folder import BankError
from synth_data.voices.banks.melody import melody
from synth_data.voices.banks.psola import splice
from synth_data.voices.banks.speakers import BankSpeaker, Split, draw_speaker, natural_speaker
from synth_data.voices.banks.timing import Placed, place
from synth_data.voices.banks.units import RecordedVoice

LEVEL = 0.12
"""RMS of voiced sound that every recording is brought to."""
NEUTRAL_DB, JITTER_DB, LAST_DB = -3.0, 1.0, -2.0
PEAK = 0.7


@dataclass(frozen=True, slots=True)
class Plan:
    """A sentence before it sounds: syllables in their places, Hz at each frame of melody.FRAME samples, a gain a syllable."""

    placed: tuple[Placed, ...]
    hz: NDArray[np.float64]
    gains: tuple[float, ...]


class BankVoice:
    """The voices of one folder: `syllables/`, and `words/` by another speaker where it is there.

    A folder whose name ends in `_yue` speaks Cantonese, any other all kinds of Mandarin.
    """

    def __init__(self, folder: Path, cache: Path | None = None) -> None:
        self.folder = folder
        self.language = "yue" if folder.name.endswith("_yue") else "cmn"
        self.dialects: tuple[str, ...] = tuple(
            code for code in DIALECTS if (code == "yue" if self.language == "yue" else code.split("-")[0] == "cmn")
        )
        if not (folder / "syllables").is_dir():
            raise BankError(
                f"{folder}: no bank of recordings; it needs a folder syllables/ (and words/ of one more voice, if any)"
            )
        self.voices: tuple[str, ...] = tuple(
            name for name, part in ((folder.name, "syllables"), (f"{folder.name}_words", "words")) if (folder / part).is_dir()
        )
        self._cache = cache
        self._recorded: dict[str, RecordedVoice] = {}
        self._inventories: dict[str, Inventory] = {}

    def prepare(self) -> None:
        """Analyse the recordings into the cache where that was not done yet: minutes, once. Workers then start in a second."""
        for name in self.voices:
            self.recorded(name)

    @property
    def counts(self) -> Counter[str]:
        """How syllables were found so far: word, syllable, other_tone, cut (from a word), put_together, near (a stand-in)."""
        return sum((each.counts for each in self._inventories.values()), Counter[str]())

    def draw(self, rng: np.random.Generator, split: Split, voice: str | None = None) -> BankSpeaker:
        """A speaker of the split, of one recorded voice (`voices`) or of any."""
        name = voice or self.voices[int(rng.integers(len(self.voices)))]
        return draw_speaker(name, self.recorded(name).middle_hz, split, rng)

    def natural(self, voice: str) -> BankSpeaker:
        """A recorded voice (one of `voices`) at its own pitch."""
        return natural_speaker(voice, self.recorded(voice).middle_hz)

    def speak(self, spoken: Sequence[Spoken], dialect: str, speaker: BankSpeaker, rng: np.random.Generator) -> Speech:
        """Splice the syllables of `pronounce`. Raises MissingSyllableError, and BankError for a dialect that is not here."""
        plan = self.plan(spoken, dialect, speaker, rng)
        if not plan.placed:
            return Speech(np.zeros(0, np.float32), RATE_HZ)
        return Speech(finished(splice(plan.placed, plan.gains, plan.hz, speaker.formant, rng), speaker.tilt), RATE_HZ)

    def plan(self, spoken: Sequence[Spoken], dialect: str, speaker: BankSpeaker, rng: np.random.Generator) -> Plan:
        """Which recordings are laid where, how high and how loud. Raises as `speak` does."""
        if dialect not in self.dialects:
            raise BankError(f"{self.folder}: these recordings speak {', '.join(self.dialects)}, not {dialect!r}")
        recorded = self.recorded(speaker.voice)
        placed = place(spoken, self._inventory(speaker.voice).choose(spoken, rng), speaker.rate, rng, self.language)
        if not placed:
            return Plan((), np.zeros(0), ())
        hz = melody(placed, spoken, speaker, recorded, rng)
        return Plan(tuple(placed), hz, tuple(_gains(placed, spoken, rng)))

    def recorded(self, name: str) -> RecordedVoice:
        """All recordings of one voice (one of `voices`), analysed now where the cache has them not. Raises BankError."""
        if name not in self._recorded:
            if name not in self.voices:
                raise BankError(f"{self.folder}: no recorded voice {name!r}; there are: {', '.join(self.voices)}")
            words = name != self.folder.name
            templates = self.recorded(self.folder.name) if words else None
            folder = self.folder / ("words" if words else "syllables")
            self._recorded[name] = load_voice(name, folder, self.language, templates, self._cache)
        return self._recorded[name]

    def _inventory(self, name: str) -> Inventory:
        if name not in self._inventories:
            self._inventories[name] = Inventory(self.recorded(name))
        return self._inventories[name]


def _gains(placed: Sequence[Placed], spoken: Sequence[Spoken], rng: np.random.Generator) -> list[float]:
    """Every recording at one level; neutral tones and the end of the sentence softer."""
    gains = []
    for index, syllable in enumerate(placed):
        soft = NEUTRAL_DB if spoken[syllable.at].neutral else 0.0
        soft += LAST_DB * index / len(placed)
        same_word = index > 0 and placed[index - 1].unit is syllable.unit
        stray = 0.0 if same_word else float(rng.normal(0.0, JITTER_DB))
        gains.append(LEVEL / max(syllable.unit.level, 1e-4) * 10 ** ((soft + stray) / 20))
    return gains


def finished(samples: Samples, tilt: float) -> Samples:
    """Darker or brighter by `tilt`, peaks within full scale."""
    sloped = samples + np.float32(tilt) * np.append(samples[:1], np.diff(samples)) if tilt > 0 else samples
    if tilt < 0:
        sloped = samples.copy()
        sloped[1:] += np.float32(-2 * tilt) * samples[:-1]
    peak = float(np.abs(sloped).max(initial=1e-6))
    return (sloped * np.float32(PEAK / max(peak, 1e-3))).astype(np.float32)
