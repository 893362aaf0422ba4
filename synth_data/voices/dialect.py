"""A voice that speaks a dialect: our phonology in front of espeak-ng."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from dialogue.numerals import read_whole
from synth_data.phonology import DIALECTS, PronunciationError, Spoken, pronounce
from synth_data.phonology.pronounce import language
from synth_data.phonology.tables import MissingReadingsError
from synth_data.speakers import BOT_SPEAKER, Speaker
from synth_data.speech import Speech
from synth_data.voices.espeak import EspeakEngine, EspeakOptions

PAUSE = "_:"


def speak_dialect(
    engine: EspeakEngine, spoken: Sequence[Spoken], dialect: str, speaker: Speaker, rng: np.random.Generator
) -> Speech:
    """Say syllables of `pronounce`; `rng` decides which are run together as one word."""
    groups = grouped(spoken, rng)
    options = options_of(speaker, language(dialect))
    if dialect == "yue":
        text = " ".join("," if group == [PAUSE] else "".join(group) for group in groups)
        return engine.speak(text, options, phonemes=True)
    text = " ".join("".join(group) for group in groups)
    return engine.speak(f"[[{text}]]", options, phonemes=True)


def options_of(speaker: Speaker, espeak_language: str) -> EspeakOptions:
    """What the engine is told about a speaker."""
    return EspeakOptions(espeak_language, speaker.variant, speaker.rate_wpm, speaker.pitch, speaker.pitch_range)


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
    """A Voice that speaks one dialect as one speaker: the bot's own, and that of simulated callers."""

    def __init__(self, dialect: str = "cmn", speaker: Speaker = BOT_SPEAKER, engine: EspeakEngine | None = None) -> None:
        if dialect not in DIALECTS:
            raise PronunciationError(f"no voice for dialect {dialect!r}; there are: {', '.join(DIALECTS)}")
        self.dialect = dialect
        self.speaker = speaker
        self.engine = engine or EspeakEngine()

    def synthesize(self, text: str) -> Speech:
        """Speak `text`; the same text always sounds the same. What has no reading is passed over.

        Raises VoiceError when the engine is out of reach.
        """
        readable = readable_text(text)
        rng = np.random.default_rng(len(readable))
        try:
            spoken = speakable(readable, self.dialect)
        except MissingReadingsError:  # the base install: espeak-ng's own reading of Cantonese is right for most words
            return self.engine.speak(readable, options_of(self.speaker, "yue"))
        return speak_dialect(self.engine, spoken, self.dialect, self.speaker, rng)

    def close(self) -> None:
        """End the engine's process."""
        self.engine.close()


def speakable(text: str, dialect: str) -> tuple[Spoken, ...]:
    """The syllables of `text`, without the characters that have no reading. Raises MissingReadingsError."""
    try:
        return pronounce(text, dialect)
    except MissingReadingsError:
        raise
    except PronunciationError:
        return tuple(syllable for character in text for syllable in _syllables_of(character, dialect))


def _syllables_of(character: str, dialect: str) -> tuple[Spoken, ...]:
    try:
        return pronounce(character, dialect)
    except PronunciationError:
        return ()


def readable_text(text: str) -> str:
    """Digits in words, punctuation as pauses; signs that nobody says are left out. dialogue.spoken does the finer reading."""
    words = re.sub(r"\d+", lambda match: read_whole(int(match[0])), text)
    return re.sub(r"[^A-Za-z\u3400-\u9fff，。、！？；：,.!?;:…—]", "", words)
