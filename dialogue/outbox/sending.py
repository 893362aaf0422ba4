"""One attempt to hand a message over by HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from dialogue.outbox.settings import Target
from dialogue.outbox.signature import HEADER, sign

KEY_HEADER = "Idempotency-Key"
"""Holds the message's own key at every attempt, so that a receiver takes it once (draft-ietf-httpapi-idempotency-key-header)."""
_REFUSED = (400, 410, 413, 415, 422)
"""Answers about the message itself: it would be refused again. Others (401, 404, 429, 5xx ...) may be put right."""
_LONGEST_WAIT_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt ended. `after_s` is the pause that the receiver asked for."""

    kind: Literal["delivered", "failed", "refused"]
    status: int | None = None
    fault: str = ""
    after_s: float | None = None


Send = Callable[[Target, str, bytes, float], Outcome]
"""Target, key of the message, its body, the time (seconds since 1970). Never raises for what goes wrong on the way."""


def body_of(values: Mapping[str, Any]) -> bytes:
    """The bytes that are sent and signed; the same at every attempt."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"), default=str).encode()


class HttpSender:
    """Sends over HTTP, with connections kept open. An answer's body is not read: all that counts is its status."""

    def __init__(self) -> None:
        import httpx

        self._client = httpx.Client(follow_redirects=False)

    def __call__(self, target: Target, key: str, body: bytes, now: float) -> Outcome:
        import httpx

        headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "xiangyin", KEY_HEADER: key, **target.headers}
        try:
            if target.secret:
                headers[HEADER] = sign(target.secret, body, now)
            with self._client.stream("POST", target.url, content=body, headers=headers, timeout=target.timeout_s) as answer:
                return outcome_of(answer.status_code, answer.headers.get("Retry-After", ""))
        except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as fault:  # UnicodeError: a header that HTTP cannot carry
            return Outcome("failed", None, type(fault).__name__)

    def close(self) -> None:
        self._client.close()


def outcome_of(status: int, retry_after: str = "") -> Outcome:
    """What a receiver's answer means; `retry_after` counts where it is a number of seconds."""
    if 200 <= status < 300:
        return Outcome("delivered", status)
    fault = f"answered {status}"
    if status in _REFUSED:
        return Outcome("refused", status, fault)
    asked = retry_after.strip()
    after_s = min(float(asked), _LONGEST_WAIT_S) if asked.isascii() and asked.isdecimal() else None
    return Outcome("failed", status, fault, after_s)
