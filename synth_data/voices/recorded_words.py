"""Whole real recordings of single words by many speakers, as they are: a voice for those words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from asr.audio import read_audio
from synth_data.augmentation.levels import RATE_HZ
from synth_data.speech import Speech
from synth_data.voices.banks.speakers import Split
from synth_data.voices.espeak import VoiceError

MANIFEST = "manifest.jsonl"
KEPT_SPEAKERS = ("spk03", "spk08", "spk13", "spk18", "spk23")
"""Speakers of words34 that training never hears: every fifth of the 24, chosen before anyone listened."""


class RecordedWordsError(VoiceError):
    """A folder without recorded words, or a word that nobody in it says; says which and what there is."""


@dataclass(frozen=True, slots=True)
class RecordedWord:
    """One recording: a word, who says it, and the file."""

    path: Path
    word: str
    speaker: str


class RecordedWords:
    """The recordings of a folder with a manifest of lines {"file", "speaker", "word"}.

    `words`: those that can be asked for, of Hanzi only unless `latin`. `kept`: the speakers of the split "eval".
    """

    dialects = ("cmn",)

    def __init__(self, folder: Path, kept: tuple[str, ...] = KEPT_SPEAKERS, latin: bool = False) -> None:
        self.folder = folder
        self._kept = frozenset(kept)
        self._by_word: dict[Split, dict[str, list[RecordedWord]]] = {"train": {}, "eval": {}}
        for found in _read(folder):
            if latin or not found.word.isascii():
                self._by_word[self.split_of(found.speaker)].setdefault(found.word, []).append(found)

    @property
    def words(self) -> tuple[str, ...]:
        """What somebody of the training split says."""
        return tuple(sorted(self._by_word["train"]))

    def split_of(self, speaker: str) -> Split:
        """Which split hears a speaker."""
        return "eval" if speaker in self._kept else "train"

    def all(self, split: Split) -> tuple[RecordedWord, ...]:
        """Every recording of a split, in a steady order."""
        return tuple(each for word in sorted(self._by_word[split]) for each in self._by_word[split][word])

    def draw(self, rng: np.random.Generator, split: Split, word: str | None = None) -> RecordedWord:
        """A recording of `word`, or of any word. Raises RecordedWordsError where nobody of the split says it."""
        by_word: Mapping[str, list[RecordedWord]] = self._by_word[split]
        name = word if word is not None else sorted(by_word)[int(rng.integers(len(by_word)))]
        if name not in by_word:
            raise RecordedWordsError(
                f"{self.folder}: nobody of the split {split!r} says {name!r}; there are: {', '.join(sorted(by_word))}"
            )
        return by_word[name][int(rng.integers(len(by_word[name])))]

    def speak(self, recording: RecordedWord) -> Speech:
        """The recording as it is, at RATE_HZ. Raises AudioError where the file cannot be read."""
        return Speech(read_audio(recording.path), RATE_HZ)


def _read(folder: Path) -> list[RecordedWord]:
    manifest = folder / MANIFEST
    if not manifest.is_file():
        raise RecordedWordsError(f'{folder}: no recorded words; it needs {MANIFEST} of lines {{"file", "speaker", "word"}}')
    found = []
    for number, line in enumerate(manifest.read_text("utf-8").splitlines(), 1):
        try:
            fields = json.loads(line)
            found.append(RecordedWord(folder / fields["file"], fields["word"], fields["speaker"]))
        except (json.JSONDecodeError, KeyError, TypeError) as fault:
            raise RecordedWordsError(f'{manifest}:{number}: not a line of {{"file", "speaker", "word"}} ({fault})') from None
    return found
