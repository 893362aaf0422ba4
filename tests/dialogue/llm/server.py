"""A small server on loopback that speaks OpenAI's /chat/completions, with the answers that it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.loopback import listening


@dataclass(frozen=True)
class Answer:
    """One answer: its status, and the pieces of its stream. `stalls_after`: so many pieces, then nothing more comes."""

    pieces: tuple[str, ...] = ()
    status: int = 200
    stalls_after: int | None = None
    raw: str = ""
    """Sent as the body instead, as application/json."""
    drips: bool = False
    """Its body is byte after byte without a line's end, until the client hangs up."""
    endless: bool = False
    """Its last piece comes again and again, until the client hangs up."""
    breaks_off: bool = False
    """The connection is closed behind its pieces."""
    pause_s: float = 0.0
    """So long before each piece, until the client hangs up."""
    finish: str = "stop"
    """Why it ended: 'length' where it had no room."""


@dataclass
class Endpoint:
    """Gives the answers one after the other, the last for ever; remembers the requests."""

    answers: list[Answer]
    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    hung_up: threading.Event = field(default_factory=threading.Event)
    """A client went away from an answer that had no end."""


def chunk(piece: str) -> str:
    return json.dumps({"id": "1", "object": "chat.completion.chunk", "choices": [{"index": 0, "delta": {"content": piece}}]})


@contextmanager
def endpoint(*answers: Answer) -> Iterator[Endpoint]:
    served = Endpoint(list(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            served.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            served.keys.append(self.headers["Authorization"])
            answer = served.answers.pop(0) if len(served.answers) > 1 else served.answers[0]
            self.send_response(answer.status if self.path == "/v1/chat/completions" else 404)
            self.send_header("Content-Type", "application/json" if answer.raw else "text/event-stream; charset=utf-8")
            self.end_headers()
            if answer.drips:
                self.repeat(b"x")
                return
            if answer.raw:
                self.wfile.write(answer.raw.encode())
                return
            for number, piece in enumerate(answer.pieces):
                if number == answer.stalls_after:
                    served.over.wait(30)
                    return
                if served.over.wait(answer.pause_s) or not self.sent(piece):
                    return
            if answer.endless:
                self.repeat(f"data: {chunk(answer.pieces[-1])}\n\n".encode())
            if answer.endless or answer.breaks_off:
                return
            last = {"choices": [{"index": 0, "delta": {}, "finish_reason": answer.finish}]}
            self.wfile.write(f'data: {json.dumps(last)}\n\ndata: {{"choices": []}}\n\ndata: [DONE]\n\n'.encode())

        def sent(self, piece: str) -> bool:
            """Whether the client still takes it."""
            try:
                self.wfile.write(f"data: {chunk(piece)}\n\n".encode())
                self.wfile.flush()
            except ConnectionError:
                served.hung_up.set()
                return False
            return True

        def repeat(self, sent: bytes) -> None:
            try:
                while not served.over.wait(0.01):
                    self.wfile.write(sent)
            except ConnectionError:
                served.hung_up.set()

    with listening(Handler) as address:
        served.url = f"{address}/v1"
        try:
            yield served
        finally:
            served.over.set()
