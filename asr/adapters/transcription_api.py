"""A recogniser behind an OpenAI-compatible `/v1/audio/transcriptions`: vLLM (Whisper, Qwen3-ASR), FunASR's and many others.

The request is OpenAI's (multipart: file, model, language, prompt, temperature, response_format). `verbose_json` is asked for,
since it alone tells confidence and silence; a server that refuses it is asked for `json` from then on.
"""

from __future__ import annotations

import io
import logging
import math
import os
import re
import time
from collections.abc import Sequence
from typing import Any

import httpx
import soundfile

from asr.adapters.server import TranscriptionServer
from asr.dialects import DEFAULT_DIALECT, dialect_code
from asr.hot_words import Expecting, HotWord
from asr.normalize import spoken_text
from asr.transcript import SAMPLE_RATE_HZ, Recogniser, Samples, Transcript
from asr.windows import has_sound

log = logging.getLogger(__name__)

UNTOLD_CONFIDENCE = 0.8
"""For servers that do not say how sure they are."""
PROMPT_CHARACTERS = 200
"""Whisper's decoder takes 224 tokens of prompt; a Chinese character is one to two of them."""
_NO_SPEECH = 0.6  # with _UNSURE, OpenAI's own rule for silence (whisper/transcribe.py)
_UNSURE = -1.0
_QWEN = re.compile(r"^\s*language\s+(\S+?)\s*<asr_text>(.*)$", re.S)
_TAG = re.compile(r"<\|([^|>]*)\|>")
_LANGUAGES = {"zh": "cmn", "chinese": "cmn", "mandarin": "cmn", "yue": "yue", "cantonese": "yue"}


class TranscriptionError(ValueError):
    """The server could not be reached in time, or gave no transcription; the message says which and why."""


class TranscriptionClient:
    """A Recogniser. Safe for several threads. With a `fallback` a turn that the server fails on is heard by that one."""

    def __init__(self, server: TranscriptionServer, fallback: Recogniser | None = None) -> None:
        """Raises TranscriptionError where the key's environment variable is not set."""
        key = os.environ.get(server.key_env, "") if server.key_env else ""
        if server.key_env and not key:
            raise TranscriptionError(
                f"the environment variable {server.key_env}, which is to hold the key of {server.url}, is not set"
            )
        self._server = server
        self._fallback = fallback
        self._http = httpx.Client(timeout=server.timeout_s, headers={"Authorization": f"Bearer {key}"} if key else {})
        self._format = "verbose_json"
        self._prompt = server.prompt
        self.failures = 0
        """Turns that the server failed on."""

    def expect(self, words: Sequence[HotWord]) -> None:
        """Name the words in the prompt of each request, behind what the operator wrote there."""
        self._prompt = ",".join(filter(None, (self._server.prompt, *(word.text for word in words))))[:PROMPT_CHARACTERS]
        if isinstance(self._fallback, Expecting):
            self._fallback.expect(words)

    def transcribe(self, samples: Samples) -> Transcript:
        """Hear one turn. Raises TranscriptionError when the server fails and there is no fallback."""
        if not has_sound(samples):
            return Transcript("", DEFAULT_DIALECT, 0.0)
        try:
            return self._read(self._answer(_wav(samples)))
        except TranscriptionError as fault:
            self.failures += 1
            if self._fallback is None:
                raise
            log.warning("%s; the turn is heard by the recogniser at hand", fault)
            return self._fallback.transcribe(samples)

    def close(self) -> None:
        """End the connections."""
        self._http.close()

    def _read(self, answer: dict[str, Any]) -> Transcript:  # Any: foreign JSON
        try:
            return transcript(answer)
        except (TypeError, ValueError):
            raise TranscriptionError(f"{self._server.url} answered with segments that cannot be read") from None

    def _answer(self, wav: bytes) -> dict[str, Any]:  # Any: foreign JSON
        until = time.monotonic() + self._server.timeout_s
        response = self._post(wav, self._format, self._server.timeout_s)
        if response.status_code in (400, 422) and self._format != "json":
            response = self._post(wav, "json", until - time.monotonic())
            if response.status_code == httpx.codes.OK:  # the format it was, and nothing else
                self._format = "json"
        if response.status_code != httpx.codes.OK:
            raise TranscriptionError(f"{self._server.url} answered {response.status_code}")  # its words may hold the caller's
        try:
            answer = response.json()
        except ValueError:
            answer = None
        if not isinstance(answer, dict) or not isinstance(answer.get("text"), str):
            raise TranscriptionError(f"{self._server.url} answered without a text")
        return answer

    def _post(self, wav: bytes, form: str, timeout_s: float) -> httpx.Response:
        fields = {"model": self._server.model, "response_format": form, "temperature": "0"}
        optional = {"language": self._server.language, "prompt": self._prompt}
        try:
            return self._http.post(
                f"{self._server.url.rstrip('/')}/audio/transcriptions",
                data=fields | {name: value for name, value in optional.items() if value},
                files={"file": ("turn.wav", wav, "audio/wav")},
                timeout=max(timeout_s, 0.01),
            )
        except httpx.TimeoutException:
            raise TranscriptionError(f"{self._server.url} took longer than {self._server.timeout_s:g} s") from None
        except httpx.HTTPError as fault:
            raise TranscriptionError(f"{self._server.url} is out of reach ({fault})") from None


def transcript(answer: dict[str, Any]) -> Transcript:
    """OpenAI's answer as a Transcript without the marks of Qwen3-ASR (`language Chinese<asr_text>`) and SenseVoice (`<|zh|>`)."""
    text, language = str(answer["text"]), str(answer.get("language") or "")
    if found := _QWEN.match(text):
        language, text = found.groups()
    tags = [tag.lower() for tag in _TAG.findall(text)]
    language = next((tag for tag in tags if tag in _LANGUAGES), language)
    segments = [part for part in answer.get("segments") or () if isinstance(part, dict)]
    spoken = spoken_text(_TAG.sub("", text))
    if not spoken or (segments and all(_silent(part) for part in segments)):
        return Transcript("", DEFAULT_DIALECT, 0.0)
    return Transcript(spoken, _dialect(language), _confidence(segments))


def _dialect(language: str) -> str:
    return _LANGUAGES.get(language.lower()) or dialect_code(language) or DEFAULT_DIALECT


def _silent(segment: dict[str, Any]) -> bool:
    return float(segment.get("no_speech_prob") or 0.0) > _NO_SPEECH and float(segment.get("avg_logprob") or 0.0) < _UNSURE


def _confidence(segments: list[dict[str, Any]]) -> float:
    """The mean over segments, each weighed by its length."""
    told = [
        (math.exp(min(0.0, float(part["avg_logprob"]))), len(str(part.get("text", ""))))
        for part in segments
        if part.get("avg_logprob")
    ]
    weight = sum(length for _, length in told)
    return sum(sure * length for sure, length in told) / weight if weight else UNTOLD_CONFIDENCE


def _wav(samples: Samples) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, SAMPLE_RATE_HZ, format="WAV", subtype="PCM_16")
    return file.getvalue()
