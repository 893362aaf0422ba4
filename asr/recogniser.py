"""Whisper through CTranslate2: a model folder in, a Recogniser out. Short turns are never padded to the model's full context.

The same code reads the bundled model and openai/whisper-small converted by `asr.export`; what differs (features, vocabulary,
where the dialect's token stands) is read from the folder.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from asr.calibration import Calibration, CalibrationError
from asr.ctc import Scores
from asr.dialect_head import HEAD_FILE as DIALECTS_FILE
from asr.dialect_head import DialectHead, pooled
from asr.dialects import CANTONESE, DEFAULT_DIALECT
from asr.features import MelSettings, log_mel
from asr.hot_words import HotWord
from asr.phone_reader import PhoneReader
from asr.reading import FEATURES, Reading, Window, join
from asr.streaming import Followed, settles
from asr.transcript import SAMPLE_RATE_HZ, Samples, Transcript
from asr.turn_end import has_voice
from asr.vocabulary import VocabularyError, read_vocabulary
from asr.windows import cut, has_sound

_SHORT_CONTEXT_S = 15.0
_SHORT_WINDOW_S = 4.0
"""Longer turns are cut in their pauses for models of a short context (12 s), which were trained on clips of 1 to 10 s."""
_NO_SPEECH_PROBABILITY = 0.6  # with _UNSURE, OpenAI's own rule for silence (whisper/transcribe.py)
_UNSURE = -1.0
_CLEARLY_HEARD = -1.0  # of 200 clips of cloud_check the least sure had -0.91; the longest texts in noise and music -1.3 to -1.9
_SLOWEST = 1.0  # characters a second, pauses included; people speak four to five
_TOKENS_A_SECOND = 9  # the fastest speakers reach 8 syllables a second


class RecogniserError(ValueError):
    """A folder that holds no recogniser."""


@dataclass(frozen=True, slots=True)
class Decoding:
    """How to search. `threads` for each turn; `workers` turns at once; a model keeps one copy of its weights for all of them.
    `padded`: silence follows every window up to the model's full context, as in openai-whisper, at many times the work."""

    beam_size: int = 4
    alternatives: int = 2
    threads: int = 1
    workers: int = 2
    device: str = "cpu"
    compute_type: str = "int8"
    repetition_penalty: float = 1.0
    padded: bool = False


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
        try:
            self._calibration = Calibration.read(folder, FEATURES)
        except CalibrationError as fault:
            raise RecogniserError(str(fault)) from None
        self._mel = MelSettings.read(folder)
        self._codes = {token: code for code, token in self._vocabulary.dialects.items()}
        self._dialects = DialectHead.read(folder)
        self._reader = PhoneReader.load(folder, self._vocabulary, hot_words)
        self._refuse_a_strange_head()
        self._longest_s = _context_s(folder, self._mel)
        short = self._longest_s < _SHORT_CONTEXT_S or self._reader is not None
        self._preferred_s = _SHORT_WINDOW_S if short else self._longest_s

    def expect(self, words: Sequence[HotWord]) -> None:
        """Listen for other words from the next turn on."""
        if self._reader is not None:
            self._reader = self._reader.expecting(self._folder, words)

    def _refuse_a_strange_head(self) -> None:
        """A dialect head of another model fits neither the encoder's width nor the phones."""
        if self._reader is None or self._dialects is None:
            return
        units, width = self._reader.head.weight.shape
        if self._dialects.sound.shape[1] != 2 * width + units:
            file = self._folder / DIALECTS_FILE
            raise RecogniserError(f"{file}: was fitted for another model; delete it, then fit it with `xiangyin calibrate`")

    def transcribe(self, samples: Samples) -> Transcript:
        """Hear one turn; long ones are cut in their pauses. Silence gives an empty text."""
        return self.follow(samples).transcript

    def follow(self, samples: Samples, before: Followed | None = None) -> Followed:
        """Hear a turn of which `before` was the beginning: only what was not settled then is read."""
        start = before.settled if before else 0
        heard = list(before.windows) if before else []
        rest = samples[start:]
        if not has_sound(rest):
            return Followed(join(heard, self._calibration), start, tuple(heard))
        cuts = cut(rest, int(self._preferred_s * SAMPLE_RATE_HZ), int(self._longest_s * SAMPLE_RATE_HZ))
        count, kept = settles(cuts), tuple(heard)
        for index, window in enumerate(cuts):
            if has_sound(window) and (readings := self._window(window)):
                heard.append(tuple(readings))
            if index + 1 == count:
                kept = tuple(heard)
        return Followed(join(heard, self._calibration), start + sum(map(len, cuts[:count])), kept)

    def readings(self, samples: Samples) -> list[Window]:
        """The hypotheses of each window that a turn is cut into, those without speech left out."""
        windows = cut(samples, int(self._preferred_s * SAMPLE_RATE_HZ), int(self._longest_s * SAMPLE_RATE_HZ))
        found = (self._window(window) for window in windows if has_sound(window))
        return [tuple(readings) for readings in found if readings]

    @property
    def phones(self) -> tuple[str, ...]:
        """The phones that the model tells apart. Raises RecogniserError for a model without."""
        if self._reader is None:
            raise RecogniserError(f"{self._folder}: this model reads no phones")
        return self._reader.head.phones

    def sounds(self, samples: Samples) -> tuple[Scores, Scores]:
        """The encoder's frames of one window (n, width), and what its phone head makes of them (n, units).

        Raises RecogniserError for a model without phones.
        """
        if self._reader is None:
            raise RecogniserError(f"{self._folder}: this model reads no phones")
        frames: Scores = np.array(self._encode(samples))[0]
        return frames, self._reader.head.scores(frames)

    def _window(self, samples: Samples) -> list[Reading]:
        """The hypotheses of one window, best first; none when nobody speaks."""
        encoded, seconds = self._encode(samples), len(samples) / SAMPLE_RATE_HZ
        readings = self._decode(encoded, seconds) if self._reader is None else self._read(self._reader, encoded)
        if readings and _is_doubtful(readings[0], seconds) and not has_voice(samples):
            return []
        return readings

    def _encode(self, samples: Samples) -> Any:  # Any: ctranslate2.StorageView is untyped
        import ctranslate2

        if self._decoding.padded:
            samples = np.pad(samples, (0, max(0, int(self._longest_s * SAMPLE_RATE_HZ) - len(samples))))
        mel = log_mel(samples, self._mel)
        even = mel[:, : mel.shape[1] // 2 * 2]
        return self._model.encode(ctranslate2.StorageView.from_array(np.ascontiguousarray(even[None])))

    def _decode(self, encoded: Any, seconds: float) -> list[Reading]:  # Any: ctranslate2.StorageView is untyped
        """Hypotheses of the decoder."""
        dialect = self._detect(encoded)
        prompt = self._vocabulary.prompt(dialect or DEFAULT_DIALECT)
        result = self._model.generate(
            encoded,
            [prompt],
            beam_size=self._decoding.beam_size,
            num_hypotheses=min(self._decoding.beam_size, self._decoding.alternatives + 1),
            max_length=2 * (len(prompt) + 4 + int(_TOKENS_A_SECOND * seconds)),
            repetition_penalty=self._decoding.repetition_penalty,
            return_scores=True,
            return_no_speech_prob=True,
            suppress_blank=self._vocabulary.dialect_in_prompt,
        )[0]
        readings = [self._reading(ids, score, dialect) for ids, score in zip(result.sequences_ids, result.scores, strict=True)]
        if self._vocabulary.dialect_in_prompt and result.no_speech_prob > _NO_SPEECH_PROBABILITY and readings[0].score < _UNSURE:
            return []
        return [reading for reading in readings if reading.text] if readings[0].text else []

    def _read(self, reader: PhoneReader, encoded: Any) -> list[Reading]:  # Any: ctranslate2.StorageView is untyped
        """Readings of one window by its phones; none where no phone is heard.

        The decoder has no say in whether there are any: trained in passing, it heard nothing in a fifth of 248 turns of one or
        two characters over a telephone (dialect_train), of which the phones had nearly all.
        """
        frames: Scores = np.array(encoded)[0]
        if self._dialects is None:
            dialect = self._told(reader, frames, self._opened(encoded))
            found = reader.read(frames, dialect, self._decoding.alternatives + 1)
            return [Reading(one.text, dialect, one.score, one.evidence) for one in found]
        scores = reader.head.scores(frames)
        heard = pooled(frames, scores)
        dialect = _likeliest(self._dialects.odds(heard))
        found = reader.read_scores(scores, dialect, self._decoding.alternatives + 1, reader.head.tones(frames))
        odds = self._dialects.odds(heard, found[0].text) if found else {}
        return [Reading(one.text, _likeliest(odds), one.score, one.evidence, odds) for one in found]

    def _opened(self, encoded: Any) -> str | None:  # Any: ctranslate2.StorageView is untyped
        """The dialect that the decoder begins with."""
        prompt = self._vocabulary.prompt(DEFAULT_DIALECT)
        begun = self._model.generate(encoded, [prompt], beam_size=1, max_length=len(prompt) + 3)[0].sequences_ids[0]
        return self._reading(begun, 0.0, None).dialect

    def _told(self, reader: PhoneReader, frames: Scores, dialect: str | None) -> str:
        """The dialect where no head tells it: the decoder's, but Cantonese by its sounds."""
        if reader.is_cantonese(frames):
            return CANTONESE
        return DEFAULT_DIALECT if dialect in (None, CANTONESE) else str(dialect)

    def _reading(self, ids: list[int], score: float, dialect: str | None) -> Reading:
        if dialect is None and ids:
            dialect = self._codes.get(ids[0])
        return Reading(self._vocabulary.decode(ids), dialect, min(0.0, float(score)))

    def _detect(self, encoded: Any) -> str | None:  # Any: ctranslate2.StorageView is untyped
        """The likeliest of the dialects that a large vocabulary has a token for; a small one tells it while decoding."""
        if not self._vocabulary.dialect_in_prompt:
            return None
        if not self._model.is_multilingual:
            return DEFAULT_DIALECT
        tokens = self._vocabulary.tokenizer.get_vocab()
        likely = self._model.detect_language(encoded)[0]
        return next((self._codes[tokens[token]] for token, _ in likely if tokens.get(token) in self._codes), DEFAULT_DIALECT)


def _is_doubtful(best: Reading, seconds: float) -> bool:
    """A text that may be no speech at all: tones, keys and music are read as a single syllable, or as some unsure ones."""
    return best.score < _CLEARLY_HEARD or len(best.text) < max(2.0, _SLOWEST * seconds)


def _likeliest(odds: Mapping[str, float]) -> str:
    return max(odds, key=lambda code: odds[code])


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
