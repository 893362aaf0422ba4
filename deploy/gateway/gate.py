"""The gate before every channel: keys, hosts, sizes. Pure ASGI, so that WebSockets pass through it as well."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from deploy.auth import SUBPROTOCOL, Scope, bearer, is_local, subprotocol_key
from deploy.metrics import Metrics
from deploy.settings import MAX_BODY, GatewaySettings

ASGIScope = MutableMapping[str, Any]  # Any: ASGI's own shape
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[ASGIScope, Receive, Send], Awaitable[None]]

OPEN_PATHS = frozenset({"/health", "/ready", "/widget.js"})
WIDGET_PATHS = frozenset({"/", "/ws/chat", "/ws/voice"})
QUERY_KEY_PATHS = WIDGET_PATHS
"""Where a key may come as ?key=: what a browser opens without headers."""
BODY_TIMEOUT_S = 10.0
LINGER_S = 10.0
"""How long a client that is refused may go on sending, its bytes thrown away: closed at once, it would see a reset connection
in the place of the answer. At 1 Gbit/s that is a gigabyte; who sends for longer has had the answer all the while."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a request goes no further. WebSockets are closed with 4000 + status."""

    status: int
    what: str
    reason: str


class Gate:
    """Lets through what may come in."""

    def __init__(self, app: App, settings: GatewaySettings, metrics: Metrics) -> None:
        self._app = app
        self._settings = settings
        self._metrics = metrics

    async def __call__(self, scope: ASGIScope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        refusal = refused(scope, self._settings)
        if refusal is not None:
            self._metrics.refused(refusal.reason)
            await _refuse(refusal, scope, receive, send)
        elif scope["type"] == "websocket":
            await self._app(scope, receive, _answering_subprotocol(scope, send))
        else:
            await self._with_body(scope, receive, send)

    async def _with_body(self, scope: ASGIScope, receive: Receive, send: Send) -> None:
        """Read the body here, within the limits of size and time, and hand it on whole."""
        if _announced(scope) > MAX_BODY:  # who waits for a "100 Continue" then sends none of it
            body: bytes | Refusal | None = TOO_LONG
        else:
            try:
                async with asyncio.timeout(BODY_TIMEOUT_S):
                    body = await _body(receive, MAX_BODY)
            except TimeoutError:
                body = Refusal(408, "the request's body took too long", "slow")
        if body is None:
            return
        if isinstance(body, Refusal):
            self._metrics.refused(body.reason)
            await _refuse(body, scope, receive, send)
            return
        handed_on = False

        async def replay() -> Message:
            nonlocal handed_on
            if handed_on:
                return await receive()
            handed_on = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self._app(scope, replay, send)


def refused(scope: ASGIScope, settings: GatewaySettings) -> Refusal | None:
    """Why this request may not come in; None when it may."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    path: str = scope["path"]
    if not settings.keys:
        return _refused_without_keys(headers)
    if path in OPEN_PATHS:
        return None
    key = bearer(headers.get("authorization", "")) or subprotocol_key(headers.get("sec-websocket-protocol", ""))
    if not key and path in QUERY_KEY_PATHS:
        key = parse_qs(scope["query_string"].decode("latin-1")).get("key", [""])[0]
    opened = settings.keys.scope_of(key)
    if opened is None:
        return Refusal(401, "this needs a key: Authorization: Bearer KEY", "key")
    if opened is Scope.WIDGET and path not in WIDGET_PATHS:
        return Refusal(403, "this key opens the chat and voice sockets only", "key")
    return None


def _refused_without_keys(headers: dict[str, str]) -> Refusal | None:
    """Without keys only this machine may ask: a page of another site must not reach the gateway through a browser here."""
    if not is_local(headers.get("host", "")):
        return Refusal(403, "without keys the gateway answers to localhost only", "host")
    origin = headers.get("origin")
    if origin is not None and not is_local(origin):
        return Refusal(403, "without keys the gateway answers to pages of localhost only", "host")
    return None


TOO_LONG = Refusal(413, f"a request may have {MAX_BODY} bytes", "size")


def _announced(scope: ASGIScope) -> int:
    """Bytes that the body is to have by its Content-Length, 0 where none is given."""
    lengths = [value for name, value in scope["headers"] if name == b"content-length" and value.isdigit()]
    return int(lengths[0]) if lengths else 0


async def _body(receive: Receive, limit: int) -> bytes | Refusal | None:
    """The whole body; None when the client went away."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        size += len(message.get("body", b""))
        if size > limit:
            return TOO_LONG
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


async def _throw_away(receive: Receive) -> None:
    """Read what the client still sends, for LINGER_S."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LINGER_S):
            while (message := await receive())["type"] != "http.disconnect" and message.get("more_body", False):
                pass


async def _refuse(refusal: Refusal, scope: ASGIScope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        # Accepted first: a browser is told the code of a closed socket, but nothing of a refused one.
        await receive()
        await _answering_subprotocol(scope, send)({"type": "websocket.accept"})
        await send({"type": "websocket.close", "code": 4000 + refusal.status, "reason": refusal.what})
        return
    wants_page = scope["path"] == "/" and refusal.status == 401
    content, body = ("text/html; charset=utf-8", KEY_PAGE) if wants_page else ("application/json", _error(refusal.what))
    headers = [(b"content-type", content.encode()), (b"content-length", str(len(body)).encode())]
    if refusal.status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    if refusal.status in (408, 413):
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": True})
    if not any(name == b"expect" for name, _ in scope["headers"]):  # such a one sends nothing before it is told to
        await _throw_away(receive)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def _answering_subprotocol(scope: ASGIScope, send: Send) -> Send:
    """A browser that offered subprotocols hangs up unless one of them is chosen."""
    offered = SUBPROTOCOL in scope.get("subprotocols", ())

    async def answer(message: Message) -> None:
        if message["type"] == "websocket.accept" and offered and not message.get("subprotocol"):
            message = {**message, "subprotocol": SUBPROTOCOL}
        await send(message)

    return answer


def _error(what: str) -> bytes:
    return json.dumps({"error": what}, ensure_ascii=False).encode()


KEY_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>乡音 · 钥匙</title>
<style>body{font:16px/1.6 system-ui,sans-serif;max-width:24rem;margin:20vh auto;padding:0 1rem}
input,button{font:inherit;width:100%;box-sizing:border-box;padding:.6rem;margin-top:.5rem}</style></head>
<body><main><h1>请输入访问密钥</h1><form method="get" action="/"><label for="key">密钥 (key)</label>
<input id="key" name="key" type="password" autocomplete="current-password" required><button>进入</button></form>
</main></body></html>
""".encode()
