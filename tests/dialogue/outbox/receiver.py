"""A real receiver of webhooks on loopback, that answers as it is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from tests.loopback import listening


@dataclass
class Receiver:
    """Answers with these statuses one after the other, the last for ever; remembers headers and body of each request."""

    statuses: list[int]
    url: str = ""
    asked: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    came: threading.Event = field(default_factory=threading.Event)
    hangs: threading.Event | None = None
    """Waited for before each answer."""
    retry_after: str = ""
    """Sent with each answer."""

    def answer(self, headers: dict[str, str], body: bytes) -> int:
        self.asked.append((headers, body))
        self.came.set()
        if self.hangs is not None:
            self.hangs.wait(30)
        return self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]


@contextmanager
def receiving(*statuses: int) -> Iterator[Receiver]:
    receiver = Receiver(list(statuses))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = receiver.answer({key.lower(): value for key, value in self.headers.items()}, body)
            try:
                self.send_response(status)
                self.send_header("Content-Length", "0")
                if receiver.retry_after:
                    self.send_header("Retry-After", receiver.retry_after)
                self.end_headers()
            except ConnectionError:
                pass

    with listening(Handler) as address:
        receiver.url = f"{address}/hook"
        try:
            yield receiver
        finally:
            if receiver.hangs is not None:
                receiver.hangs.set()
