"""Whisper through CTranslate2: a model folder in, a Recogniser out. Short turns are never padded to the model's full context.

The same code reads the bundled model and openai/whisper-small converted by `asr.export`; what differs (features, vocabulary,
where the dialect's token stands) is read from the folder.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from asr.ctc import Scores
from asr.dialects import CANTONESE, DEFAULT_DIALECT
from asr.features import MelSettings, log_mel
from asr.hot_words import HotWord
from asr.phone_reader import PhoneReader
from asr.transcript import SAMPLE_RATE_HZ, Alternative, Samples, Transcript
from asr.vocabulary import VocabularyError, read_vocabulary
from asr.windows import cut, has_sound

_SHORT_CONTEXT_S = 15.0
_SHORT_WINDOW_S = 4.0
"""Longer turns are cut in their pauses for models of a short context (12 s), which were trained on clips of 1 to 10 s."""
_NO_SPEECH_PROBABILITY = 0.6  # with _UNSURE, OpenAI's own rule for silence (whisper/transcribe.py)
_UNSURE = -1.0
_TOKENS_A_SECOND = 9  # the fastest speakers reach 8 syllables a second


class RecogniserError(ValueError):
    """A folder that holds no recogniser."""


@dataclass(frozen=True, slots=True)
class Decoding:
    """How to search. `threads` for each turn; `workers` turns at once; a model keeps one copy of its weights for all of them."""

    beam_size: int = 4
    alternatives: int = 2
    threads: int = 1
    workers: int = 2
    device: str = "cpu"
    compute_type: str = "int8"
    repetition_penalty: float = 1.0


@dataclass(frozen=True, slots=True)
class _Reading:
    """One hypothesis of one window; `score` is the mean log-probability of its tokens."""

    text: str
    dialect: str | None
    score: float


class WhisperRecogniser:
    """A Recogniser over a CTranslate2 folder (model.bin, tokenizer.json, preprocessor_config.json). Safe for several threads."""

    def __init__(self, folder: Path, decoding: Decoding = Decoding(), hot_words: Sequence[HotWord] = ()) -> None:
        """Hot words help models that read by phones, as the bundled one does. Raises RecogniserError where there is no model."""
        self._folder = folder
        self._decoding = decoding
        self._model = _load(folder, decoding)
        try:
            self._vocabulary = read_vocabulary(folder)
        except VocabularyError as fault:
            raise RecogniserError(str(fault)) from None
        self._mel = MelSettings.read(folder)
        self._codes = {token: code for code, token in self._vocabulary.dialects.items()}
        self._longest_s = _context_s(folder, self._mel)
        self._reader: PhoneReader | None = None
        self.expect(hot_words)
        self._preferred_s = _SHORT_WINDOW_S if self._longest_s < _SHORT_CONTEXT_S else self._longest_s

    def expect(self, words: Sequence[HotWord]) -> None:
        """Listen for other words from the next turn on."""
        self._reader = PhoneReader.load(self._folder, self._vocabulary, words)

    def transcribe(self, samples: Samples) -> Transcript:
        """Hear one turn; long ones are cut in their pauses. Silence gives an empty text."""
        if not has_sound(samples):
            return Transcript("", DEFAULT_DIALECT, 0.0)
        windows = cut(samples, int(self._preferred_s * SAMPLE_RATE_HZ), int(self._longest_s * SAMPLE_RATE_HZ))
        heard = [readings for window in windows if has_sound(window) and (readings := self._window(window))]
        return join(heard)

    def _window(self, samples: Samples) -> list[_Reading]:
        """The hypotheses of one window, best first; none when nobody speaks."""
        import ctranslate2

        mel = log_mel(samples, self._mel)
        even = mel[:, : mel.shape[1] // 2 * 2]
        encoded = self._model.encode(ctranslate2.StorageView.from_array(np.ascontiguousarray(even[None])))
        dialect = self._detect(encoded)
        prompt = self._vocabulary.prompt(dialect or DEFAULT_DIALECT)
        result = self._model.generate(
            encoded,
            [prompt],
            beam_size=self._decoding.beam_size,
            num_hypotheses=min(self._decoding.beam_size, self._decoding.alternatives + 1),
            max_length=2 * (len(prompt) + 4 + int(_TOKENS_A_SECOND * len(samples) / SAMPLE_RATE_HZ)),
            repetition_penalty=self._decoding.repetition_penalty,
            return_scores=True,
            return_no_speech_prob=True,
            suppress_blank=self._vocabulary.dialect_in_prompt,
        )[0]
        readings = [self._reading(ids, score, dialect) for ids, score in zip(result.sequences_ids, result.scores, strict=True)]
        if self._vocabulary.dialect_in_prompt:
            silent = result.no_speech_prob > _NO_SPEECH_PROBABILITY and readings[0].score < _UNSURE
        else:
            silent = not readings[0].text
        if silent:
            return []
        reader = self._reader
        if reader is None:
            return [reading for reading in readings if reading.text]
        return self._read(reader, np.array(encoded)[0], readings[0].dialect or DEFAULT_DIALECT)

    def _read(self, reader: PhoneReader, frames: Scores, dialect: str) -> list[_Reading]:
        """Readings of one window by its phones."""
        if reader.is_cantonese(frames):
            dialect = CANTONESE
        elif dialect == CANTONESE:
            dialect = DEFAULT_DIALECT
        found = reader.read(frames, dialect, self._decoding.alternatives + 1)
        return [_Reading(one.text, dialect, one.score) for one in found]

    def _reading(self, ids: list[int], score: float, dialect: str | None) -> _Reading:
        if dialect is None and ids:
            dialect = self._codes.get(ids[0])
        return _Reading(self._vocabulary.decode(ids), dialect, min(0.0, float(score)))

    def _detect(self, encoded: Any) -> str | None:  # Any: ctranslate2.StorageView is untyped
        """The likeliest of the dialects that a large vocabulary has a token for; a small one tells it while decoding."""
        if not self._vocabulary.dialect_in_prompt:
            return None
        if not self._model.is_multilingual:
            return DEFAULT_DIALECT
        tokens = self._vocabulary.tokenizer.get_vocab()
        likely = self._model.detect_language(encoded)[0]
        return next((self._codes[tokens[token]] for token, _ in likely if tokens.get(token) in self._codes), DEFAULT_DIALECT)


def _load(folder: Path, decoding: Decoding) -> Any:  # Any: ctranslate2 is untyped
    import ctranslate2

    if not (folder / "model.bin").exists():
        raise RecogniserError(f"{folder}: no model.bin there; export one with `xiangyin export MODEL --to ctranslate2`")
    try:
        return ctranslate2.models.Whisper(
            str(folder),
            device=decoding.device,
            compute_type=decoding.compute_type,
            inter_threads=decoding.workers,
            intra_threads=decoding.threads,
        )
    except (RuntimeError, ValueError) as fault:
        raise RecogniserError(f"{folder}: not a Whisper model of CTranslate2 ({fault})") from None


def _context_s(folder: Path, mel: MelSettings) -> float:
    """How much audio the model takes at once: what its preprocessor_config.json says, 30 s as in OpenAI's models otherwise."""
    import json

    file = folder / "preprocessor_config.json"
    found = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return float(found.get("chunk_length", 30.0)) - 2 * mel.frame_s


def join(windows: list[list[_Reading]]) -> Transcript:
    """One Transcript of the windows' readings; alternatives come from a turn of one window only."""
    if not windows:
        return Transcript("", DEFAULT_DIALECT, 0.0)
    best = [readings[0] for readings in windows]
    lengths = [len(reading.text) for reading in best]
    score = sum(reading.score * length for reading, length in zip(best, lengths, strict=True)) / sum(lengths)
    text = "".join(reading.text for reading in best)
    others = {reading.text: reading.score for reading in windows[0][1:] if reading.text != text} if len(windows) == 1 else {}
    longest = best[int(np.argmax(lengths))]
    return Transcript(
        text=text,
        dialect=longest.dialect or DEFAULT_DIALECT,
        confidence=confidence(score),
        alternatives=tuple(Alternative(text, score) for text, score in others.items()),
    )


def confidence(score: float) -> float:
    """A mean log-probability as a number in [0, 1]. Label smoothing keeps a sure model at about -0.12; that counts as 1."""
    return min(1.0, math.exp(score + 0.12))
