"""Who speaks in a corpus: espeak-ng, recorded banks, real recordings, voices behind HTTP; each draws a speaker of the split."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from synth_data.phonology import DIALECTS, Spoken
from synth_data.speakers import draw_speaker
from synth_data.speech import Speech
from synth_data.texts.splits import Split
from synth_data.voices.dialect import speak_dialect
from synth_data.voices.espeak import EspeakEngine, TextLostError
from synth_data.voices.http_speakers import HttpSpeakers, HttpVoices
from synth_data.voices.recorded_words import RecordedWords

if TYPE_CHECKING:
    from synth_data.corpus import SynthConfig

ESPEAK, RECORDED, HTTP = "espeak", "recorded", "http"
BANKS = {"bank_cmn": "bank_cmn", "bank_cmn_words": "bank_cmn", "bank_yue": "bank_yue"}
"""A bank's voice -> its folder under `recordings`."""
WORDS_FOLDER = "words34"
VOICES = (ESPEAK, *BANKS, RECORDED, HTTP)


@dataclass(frozen=True, slots=True)
class Line:
    """What is to be said: the text, its syllables, and the dialect."""

    text: str
    spoken: tuple[Spoken, ...]
    dialect: str


class CannotSayError(ValueError):
    """This voice cannot say this line; another will do."""


class Actor(Protocol):
    """One kind of voice. `words`: all that it can say; empty where it says anything."""

    words: tuple[str, ...]

    def say(self, line: Line, split: Split, rng: np.random.Generator) -> tuple[Speech, str]:
        """The line as a speaker of the split says it, and the speaker's name. Raises CannotSayError, and VoiceError where the
        voice is out of reach."""
        ...

    def close(self) -> None:
        """Let go of what it holds."""
        ...


def actors_of(config: SynthConfig) -> dict[str, Actor]:
    """The voices that a configuration asks for and that are there."""
    wanted = {voice for shares in available_voices(config).values() for voice in shares}
    actors: dict[str, Actor] = {}
    if ESPEAK in wanted:
        actors[ESPEAK] = EspeakActor()
    if HTTP in wanted and config.http is not None:
        actors[HTTP] = HttpActor(config.http)
    if RECORDED in wanted and config.recordings is not None:
        actors[RECORDED] = RecordedActor(config.recordings / WORDS_FOLDER)
    for voice, folder in BANKS.items():
        if voice in wanted and config.recordings is not None:
            actors[voice] = BankActor(config.recordings / folder, voice)
    return actors


def prepare_banks(config: SynthConfig) -> None:
    """Analyse the banks that are wanted, once for all workers: minutes where that was never done, else a moment."""
    from synth_data.voices.banks import BankVoice

    wanted = {voice for shares in available_voices(config).values() for voice in shares}
    for folder in dict.fromkeys(folder for voice, folder in BANKS.items() if voice in wanted):
        if config.recordings is not None:
            BankVoice(config.recordings / folder).prepare()


def available_voices(config: SynthConfig) -> dict[str, dict[str, float]]:
    """Dialect -> the voices that speak it, with their shares; those whose recordings are not there are left out."""
    return {dialect: _voices_of(dialect, config) or {ESPEAK: 1.0} for dialect in config.dialects}


def missing_recordings(config: SynthConfig) -> tuple[Path, ...]:
    """Folders of recordings that the configuration asks for and that are not there: the other voices take their place."""
    wanted = [voice for voice, share in config.voices.items() if share > 0 and voice not in (ESPEAK, HTTP)]
    folders = dict.fromkeys(_folder(voice, config.recordings or Path("recordings")) for voice in wanted)
    return tuple(folder for folder in folders if not folder.is_dir())


def _voices_of(dialect: str, config: SynthConfig) -> dict[str, float]:
    return {
        voice: share
        for voice, share in config.voices.items()
        if share > 0 and dialect in dialects_of(voice) and _is_there(voice, config)
    }


def dialects_of(voice: str) -> tuple[str, ...]:
    """The dialects that a kind of voice can speak."""
    if voice in (ESPEAK, HTTP):
        return DIALECTS
    if voice == "bank_yue":
        return ("yue",)
    if voice == RECORDED:
        return ("cmn",)
    return tuple(dialect for dialect in DIALECTS if dialect.split("-")[0] == "cmn")


def _folder(voice: str, recordings: Path) -> Path:
    return recordings / (WORDS_FOLDER if voice == RECORDED else BANKS[voice])


def _is_there(voice: str, config: SynthConfig) -> bool:
    if voice in (ESPEAK, HTTP):
        return voice == ESPEAK or config.http is not None
    return config.recordings is not None and _folder(voice, config.recordings).is_dir()


class EspeakActor:
    """espeak-ng in a process of its own, one for all speakers."""

    words: tuple[str, ...] = ()

    def __init__(self, engine: EspeakEngine | None = None) -> None:
        self._engine = engine or EspeakEngine()

    def say(self, line: Line, split: Split, rng: np.random.Generator) -> tuple[Speech, str]:
        speaker = draw_speaker(rng, split)
        try:
            return speak_dialect(self._engine, line.spoken, line.dialect, speaker, rng), speaker.variant
        except TextLostError as fault:
            raise CannotSayError(str(fault)) from None

    def close(self) -> None:
        self._engine.close()


class BankActor:
    """One voice of a recorded bank."""

    words: tuple[str, ...] = ()

    def __init__(self, folder: Path, voice: str) -> None:
        from synth_data.voices.banks import BankVoice

        self._bank = BankVoice(folder)
        self._voice = voice

    def say(self, line: Line, split: Split, rng: np.random.Generator) -> tuple[Speech, str]:
        from synth_data.voices.banks import MissingSyllableError

        speaker = self._bank.draw(rng, split, self._voice)
        try:
            return self._bank.speak(line.spoken, line.dialect, speaker, rng), speaker.name
        except MissingSyllableError as fault:
            raise CannotSayError(str(fault)) from None

    def close(self) -> None:
        """Nothing is held but memory."""


class RecordedActor:
    """Real people saying single words."""

    def __init__(self, folder: Path) -> None:
        self._recordings = RecordedWords(folder)
        self.words: tuple[str, ...] = self._recordings.words

    def say(self, line: Line, split: Split, rng: np.random.Generator) -> tuple[Speech, str]:
        recording = self._recordings.draw(rng, split, line.text)
        return self._recordings.speak(recording), recording.speaker

    def close(self) -> None:
        """Nothing is held but memory."""


class HttpActor:
    """Voices of a speech server."""

    words: tuple[str, ...] = ()

    def __init__(self, voices: HttpVoices) -> None:
        self._speakers = HttpSpeakers(voices)

    def say(self, line: Line, split: Split, rng: np.random.Generator) -> tuple[Speech, str]:
        speaker = self._speakers.draw(rng, split)
        return self._speakers.speak(line.text, line.dialect, speaker), speaker.name

    def close(self) -> None:
        self._speakers.close()
