"""A voice behind an OpenAI-compatible `/v1/audio/speech`: CosyVoice, Qwen3-TTS, Kokoro, Piper and many others.

What is said is in no message: it may be a customer's name.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dialogue.breaker import Breaker
from dialogue.speech_server import SpeechServer
from dialogue.streamed import BUSY, Reading, Tries
from synth_data.speech import Speech
from synth_data.voices.espeak import VoiceError
from synth_data.voices.sound_cache import SoundCache
from synth_data.voices.sounds import decoded, pieces

_PAUSE_S = 0.1
_LONGEST_BYTES = 64 * 1024 * 1024
"""Of one answer: half an hour of PCM. What is longer is no sentence."""


class _PassingError(VoiceError):
    """A failure that a second try may not meet."""


class HttpVoice:
    """A Voice that speaks one dialect. Threads may share it; connections stay open until `close`."""

    def __init__(
        self,
        server: SpeechServer,
        dialect: str = "cmn",
        cache: SoundCache | None = None,
        kept: Collection[str] | None = None,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        """`kept`: the sentences that may go into the cache, None: all. Raises VoiceError where the key's variable is not set."""
        self._server = server.speaking(dialect)
        self._cache = cache
        self._kept = kept
        self._breaker = Breaker(server.failures, server.rest_s)
        self._headers = _headers(server, environment)
        self._opened: Any = None  # an httpx.Client; imported when it is first needed
        self._lock = threading.Lock()

    def synthesize(self, text: str) -> Speech:
        """Speak `text`, or give what was kept of it. Raises VoiceError when there is no sound before the deadline."""
        return self.say(text, self._server)

    def say(self, text: str, server: SpeechServer) -> Speech:
        """As `synthesize` with another model, voice, speed or instructions of the same server."""
        asked = _body(text, server)
        cache = self._cache if self._kept is None or text in self._kept else None
        known = {"url": server.url, **asked}
        if cache is not None and (found := cache.read(known)) is not None:
            return found
        with _Watched(self._breaker, server):
            speech = decoded(b"".join(self._answer(asked)), server.format, server.pcm_rate_hz)
        if cache is not None:
            cache.write(known, speech)
        return speech

    def stream(self, text: str) -> Iterator[Speech]:
        """As `synthesize`, piece by piece as the bytes come where the format allows it (wav, pcm); never from the cache."""
        with _Watched(self._breaker, self._server):
            yield from pieces(self._answer(_body(text, self._server)), self._server.format, self._server.pcm_rate_hz)

    def close(self) -> None:
        """Let its connections go."""
        with self._lock:
            opened, self._opened = self._opened, None
        if opened is not None:
            opened.close()

    def http(self) -> Any:
        """The HTTP client, opened when it is first needed."""
        import httpx

        with self._lock:
            if self._opened is None:
                self._opened = httpx.Client(headers=self._headers)
            return self._opened

    def _answer(self, asked: Mapping[str, object]) -> Iterator[bytes]:
        """The bytes of the answer as they come. Raises VoiceError, at the latest when the deadline is over."""
        reading: Reading[bytes] = Reading(time.monotonic() + self._server.deadline_s)
        yield from reading.pieces(_Reader(self, asked, reading).run, VoiceError("too late"))

    @property
    def server(self) -> SpeechServer:
        """As this voice asks it."""
        return self._server


@dataclass(frozen=True, slots=True)
class _Watched:
    """Tells the breaker how one request went, and lets none through while it is open. Says whose fault a VoiceError is."""

    breaker: Breaker
    server: SpeechServer

    def __enter__(self) -> None:
        if not self.breaker.allows():
            raise VoiceError(f"the voice at {self.server.url} is left alone for a while after {self.server.failures} failures")

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, _trace: object) -> None:
        if kind is None or kind is GeneratorExit:
            self.breaker.succeeded()
            return
        self.breaker.failed()
        if isinstance(fault, VoiceError):
            raise VoiceError(f"the voice at {self.server.url}: {fault}") from None


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one answer, in the thread for it."""

    voice: HttpVoice
    asked: Mapping[str, object]
    reading: Reading[bytes]

    def run(self) -> None:
        """Raises VoiceError."""
        tries = Tries(self.voice.server.retries, _PAUSE_S)
        self.reading.tried(self._read, tries, lambda fault: isinstance(fault, _PassingError))

    def _read(self) -> None:
        import httpx

        url = f"{self.voice.server.url.rstrip('/')}/audio/speech"
        try:
            with self.voice.http().stream("POST", url, json=self.asked, timeout=self.reading.left_s) as answer:
                _refuse(answer.status_code, str(self.asked["model"]), str(self.asked["voice"]))
                if answer.headers.get("content-type", "").startswith(("application/json", "text/")):
                    raise VoiceError("answered with text, not sound")
                self._pass_on(answer.iter_bytes())
        except (httpx.ConnectError, httpx.ConnectTimeout) as fault:
            raise _PassingError(f"out of reach ({type(fault).__name__})") from None
        except httpx.TimeoutException:
            raise VoiceError("too late") from None
        except (httpx.HTTPError, httpx.InvalidURL, RuntimeError) as fault:  # RuntimeError: the client was closed meanwhile
            raise VoiceError(f"broke off ({type(fault).__name__})") from None

    def _pass_on(self, chunks: Iterator[bytes]) -> None:
        """A sentence is no half hour of sound."""
        length = 0
        for chunk in self.reading.while_wanted(chunks):
            length += len(chunk)
            if length > _LONGEST_BYTES:
                raise VoiceError(f"the answer is longer than {_LONGEST_BYTES >> 20} MB")
            self.reading.put(chunk)


def _refuse(status: int, model: str, voice: str) -> None:
    if status in BUSY:
        raise _PassingError(f"answered {status}")
    if status in (400, 404, 422):
        raise VoiceError(f"answered {status}; does it have the model '{model}' and the voice '{voice}'?")
    if status != 200:
        raise VoiceError(f"answered {status}")


def _body(text: str, server: SpeechServer) -> dict[str, object]:
    """The request as the protocol has it; optional keys only where they say something, since some servers refuse them."""
    body: dict[str, object] = {"model": server.model, "input": text, "voice": server.voice, "response_format": server.format}
    if server.instructions:
        body["instructions"] = server.instructions
    if server.speed != 1.0:
        body["speed"] = server.speed
    return body


def _headers(server: SpeechServer, environment: Mapping[str, str]) -> dict[str, str]:
    if not server.key_env:
        return {}
    key = environment.get(server.key_env)
    if not key:
        raise VoiceError(f"the environment variable {server.key_env}, which is to hold the key of {server.url}, is not set")
    return {"Authorization": f"Bearer {key}"}
