"""A voice of recorded syllables and words, spliced into sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from synth_data.augmentation.levels import RATE_HZ, Samples
from synth_data.phonology import DIALECTS, Spoken
from synth_data.speech import Speech
from synth_data.voices.banks.bank import load_voice
from synth_data.voices.banks.choice import Inventory
from synth_data.voices.banks.folder import BankError
from synth_data.voices.banks.melody import melody
from synth_data.voices.banks.psola import splice
from synth_data.voices.banks.speakers import BankSpeaker, Split, draw_speaker
from synth_data.voices.banks.timing import Placed, place
from synth_data.voices.banks.units import RecordedVoice

LEVEL = 0.12
"""RMS of voiced sound that every recording is brought to."""
NEUTRAL_DB, JITTER_DB, LAST_DB = -3.0, 1.0, -2.0
PEAK = 0.7


@dataclass(slots=True)
class _Recorded:
    """One recorded voice, ready to speak."""

    voice: RecordedVoice
    inventory: Inventory


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
        self._loaded: dict[str, _Recorded] = {}

    def prepare(self) -> None:
        """Analyse the recordings into the cache where that was not done yet: minutes, once. Workers then start in a second."""
        for name in self.voices:
            self._recorded(name)

    @property
    def counts(self) -> Counter[str]:
        """How syllables were found so far: word, syllable, other_tone, cut (from a word), put_together, near (a stand-in)."""
        return sum((each.inventory.counts for each in self._loaded.values()), Counter[str]())

    def draw(self, rng: np.random.Generator, split: Split, voice: str | None = None) -> BankSpeaker:
        """A speaker of the split, of one recorded voice (`voices`) or of any."""
        name = voice or self.voices[int(rng.integers(len(self.voices)))]
        return draw_speaker(name, self._recorded(name).voice.middle_hz, split, rng)

    def speak(self, spoken: Sequence[Spoken], dialect: str, speaker: BankSpeaker, rng: np.random.Generator) -> Speech:
        """Splice the syllables of `pronounce`. Raises MissingSyllableError, and BankError for a dialect that is not here."""
        if dialect not in self.dialects:
            raise BankError(f"{self.folder}: these recordings speak {', '.join(self.dialects)}, not {dialect!r}")
        recorded = self._recorded(speaker.voice)
        chosen = recorded.inventory.choose(spoken, rng)
        if not chosen:
            return Speech(np.zeros(0, np.float32), RATE_HZ)
        placed = place(spoken, chosen, speaker.rate, rng)
        hz = melody(placed, spoken, speaker, recorded.voice, rng)
        samples = splice(placed, _gains(placed, spoken, rng), hz, speaker.formant, rng)
        return Speech(_finished(samples, speaker.tilt), RATE_HZ)

    def _recorded(self, name: str) -> _Recorded:
        if name not in self._loaded:
            if name not in self.voices:
                raise BankError(f"{self.folder}: no recorded voice {name!r}; there are: {', '.join(self.voices)}")
            words = name != self.folder.name
            templates = self._recorded(self.folder.name).voice if words else None
            voice = load_voice(name, self.folder / ("words" if words else "syllables"), self.language, templates, self._cache)
            self._loaded[name] = _Recorded(voice, Inventory(voice))
        return self._loaded[name]


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


def _finished(samples: Samples, tilt: float) -> Samples:
    """Darker or brighter by `tilt`, peaks within full scale."""
    sloped = samples + np.float32(tilt) * np.append(samples[:1], np.diff(samples)) if tilt > 0 else samples
    if tilt < 0:
        sloped = samples.copy()
        sloped[1:] += np.float32(-2 * tilt) * samples[:-1]
    peak = float(np.abs(sloped).max(initial=1e-6))
    return (sloped * np.float32(PEAK / max(peak, 1e-3))).astype(np.float32)
