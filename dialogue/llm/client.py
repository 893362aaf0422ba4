"""Asks an OpenAI-compatible /chat/completions, streaming, within a deadline that holds whatever the server does."""

from __future__ import annotations

import json
import math
import os
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from dialogue.breaker import Breaker
from dialogue.llm.odds import Piece, piece_of
from dialogue.llm.settings import LlmSettings
from dialogue.streamed import BUSY, Reading, Tries

Fault = Literal["late", "resting", "unreachable", "busy", "refused", "unreadable", "no key", "cut"]
"""`cut`: the answer was longer than `max_tokens`, so that its end is missing."""
_PAUSE_S = 0.05
_DATA, _DONE, _CUT = "data:", "[DONE]", '"length"'


class LlmError(Exception):
    """No answer that could be used. `kind` is a word for metrics and for the tracker; what was asked is never in it."""

    def __init__(self, kind: Fault, what: str = "") -> None:
        super().__init__(f"{kind}: {what}" if what else kind)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Said:
    """One message of the conversation that the model is shown."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class ChatRequest:
    """What the model is asked. With a `schema` (JSON Schema) its answer is an object of that form."""

    messages: tuple[Said, ...]
    schema: Mapping[str, Any] | None = None
    max_tokens: int = 64
    temperature: float = 0.0
    model: str = ""
    """Another model or adapter than that of the settings."""
    deadline_s: float | None = None
    """Another deadline than that of the settings."""
    likely: int = 0
    """So many tokens that were weighed in the place of each are to be told (`ChatClient.pieces`); servers allow 20 at most."""


class Chatter(Protocol):
    """Who answers."""

    def complete(self, request: ChatRequest) -> str:
        """The whole answer. Raises LlmError."""
        ...


class ChatClient:
    """One endpoint. Threads may share it; connections stay open until `close`, and open again at the next request."""

    def __init__(self, settings: LlmSettings, environment: Mapping[str, str] = os.environ) -> None:
        self.settings = settings
        self._environment = environment
        self._breaker = Breaker(settings.failures, settings.rest_s)
        self._opened: Any = None  # an httpx.Client; imported when it is first needed
        self._lock = threading.Lock()

    def complete(self, request: ChatRequest) -> str:
        """The whole answer. Raises LlmError."""
        return "".join(self.stream(request))

    def stream(self, request: ChatRequest, patience_s: Callable[[], float] = lambda: math.inf) -> Generator[str]:
        """The answer piece by piece. Raises LlmError, at the latest when the deadline is over.

        `patience_s` is asked before each piece how long it may take. Who closes the iterator ends the request.
        """
        with closing(self.pieces(request, patience_s)) as pieces:
            for piece in pieces:
                if piece.text:
                    yield piece.text

    def pieces(self, request: ChatRequest, patience_s: Callable[[], float] = lambda: math.inf) -> Generator[Piece]:
        """The same with what was weighed for each token, where the request asks for it."""
        if not self._breaker.allows():
            raise LlmError("resting", f"after {self.settings.failures} failures")
        reading: Reading[Piece] = Reading(time.monotonic() + (request.deadline_s or self.settings.deadline_s))
        try:
            yield from reading.pieces(_Reader(self, request, reading).run, LlmError("late"), patience_s)
        except LlmError as fault:
            if fault.kind == "cut":
                self._breaker.succeeded()
            else:
                self._breaker.failed()
            raise
        except GeneratorExit:  # whoever listened has heard enough
            self._breaker.succeeded()
            raise
        self._breaker.succeeded()

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
                self._opened = httpx.Client()
            return self._opened

    def headers(self) -> Mapping[str, str]:
        """Raises LlmError where the key's variable is not set."""
        name = self.settings.key_env
        if not name:
            return {}
        if not self._environment.get(name):
            raise LlmError("no key", f"the environment variable '{name}' is not set")
        return {"Authorization": f"Bearer {self._environment[name]}"}

    def body(self, request: ChatRequest) -> dict[str, Any]:
        """The request as the protocol has it."""
        body: dict[str, Any] = {
            "model": request.model or self.settings.model,
            "messages": [{"role": said.role, "content": said.content} for said in request.messages],
            "max_tokens": request.max_tokens,
            "temperature": request.temperature,
            "stream": True,
        }
        if request.schema is not None:
            described = {"name": "answer", "schema": dict(request.schema), "strict": True}
            body["response_format"] = {"type": "json_schema", "json_schema": described}
        if request.likely:
            body |= {"logprobs": True, "top_logprobs": request.likely}
        return body


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one answer, in the thread for it."""

    client: ChatClient
    request: ChatRequest
    reading: Reading[Piece]

    def run(self) -> None:
        """Raises LlmError."""
        self.reading.tried(self._read, Tries(self.client.settings.retries, _PAUSE_S), _may_pass)

    def _read(self) -> None:
        import httpx

        url = f"{self.client.settings.url.rstrip('/')}/chat/completions"
        headers, body = self.client.headers(), self.client.body(self.request)
        try:
            with self.client.http().stream("POST", url, json=body, headers=headers, timeout=self.reading.left_s) as answer:
                if answer.status_code in BUSY:
                    raise LlmError("busy", f"answered {answer.status_code}")
                if answer.status_code != 200:
                    raise LlmError("refused", f"answered {answer.status_code}")
                self._pieces(answer)
        except (httpx.ConnectError, httpx.ConnectTimeout) as fault:
            raise LlmError("unreachable", type(fault).__name__) from None
        except httpx.TimeoutException:
            raise LlmError("late") from None
        except (httpx.HTTPError, httpx.InvalidURL, RuntimeError) as fault:  # RuntimeError: the client was closed meanwhile
            raise LlmError("unreadable", type(fault).__name__) from None

    def _pieces(self, answer: Any) -> None:
        if answer.headers.get("content-type", "").startswith("application/json"):  # a server that does not stream
            self.reading.put(_content("".join(self.reading.while_wanted(answer.iter_text())), "message"))
            return
        for line in _lines(self.reading.while_wanted(answer.iter_text())):
            if not line.startswith(_DATA):
                continue
            data = line[len(_DATA) :].strip()
            if data == _DONE:
                return
            piece = _content(data, "delta")
            if piece.text or piece.tokens:
                self.reading.put(piece)
            if _CUT in data and _finish(data) == "length":
                raise LlmError("cut", f"longer than {self.request.max_tokens} tokens")


def _may_pass(fault: Exception) -> bool:
    return isinstance(fault, LlmError) and fault.kind in ("unreachable", "busy")


def _lines(chunks: Iterable[str]) -> Iterator[str]:
    """The lines of a text that comes in chunks."""
    rest = ""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split("\n")
        yield from lines
    yield rest


def _content(data: str, key: str) -> Piece:
    """One object of the stream, or a whole answer."""
    try:
        choices = json.loads(data)["choices"]
        return piece_of(choices[0], key) if choices else Piece("")
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        raise LlmError("unreadable", "no chat completion") from None


def _finish(data: str) -> str:
    """Why an answer ended, in the last object of its stream; '' before."""
    choices = json.loads(data)["choices"]
    return str(choices[0].get("finish_reason") or "") if choices else ""
