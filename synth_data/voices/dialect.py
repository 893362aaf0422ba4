"""A voice that speaks a dialect: our phonology in front of espeak-ng."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from synth_data.phonology import Spoken, pronounce
from synth_data.phonology.pronounce import language
from synth_data.speakers import Speaker
from synth_data.speech import Speech
from synth_data.voices.espeak import EspeakEngine

PAUSE = "_:"


def speak_dialect(
    engine: EspeakEngine, spoken: Sequence[Spoken], dialect: str, speaker: Speaker, rng: np.random.Generator
) -> Speech:
    """Say syllables of `pronounce`; `rng` decides which are run together as one word."""
    groups = grouped(spoken, rng)
    if dialect == "yue":
        text = " ".join("," if group == [PAUSE] else "".join(group) for group in groups)
        return engine.speak(text, speaker.options(language(dialect)))
    text = " ".join("".join(group) for group in groups)
    return engine.speak(f"[[{text}]]", speaker.options(language(dialect)), phonemes=True)


def grouped(spoken: Sequence[Spoken], rng: np.random.Generator) -> list[list[str]]:
    """Words of one to four syllables, most of two, as speech runs them together; pauses stand alone."""
    groups: list[list[str]] = []
    room = 0
    for syllable in spoken:
        if syllable.is_pause:
            groups.append([PAUSE])
            room = 0
        elif room > 0:
            groups[-1].append(syllable.notation)
            room -= 1
        else:
            groups.append([syllable.notation])
            room = int(rng.choice(4, p=[0.2, 0.5, 0.2, 0.1]))
    return groups


class DialectVoice:
    """A Voice: one dialect, one speaker. Digits in the text must have been read out."""

    def __init__(self, dialect: str, speaker: Speaker, engine: EspeakEngine | None = None) -> None:
        self.dialect = dialect
        self.speaker = speaker
        self.engine = engine or EspeakEngine()

    def synthesize(self, text: str) -> Speech:
        """Speak `text`. Raises PronunciationError or VoiceError."""
        return speak_dialect(
            self.engine, pronounce(text, self.dialect), self.dialect, self.speaker, np.random.default_rng(len(text))
        )

    def close(self) -> None:
        self.engine.close()
