"""/ws/voice: a call from a browser's microphone.

The browser opens with `{"type": "start", "rate_hz": 16000}` (8000-48000; `conversation` takes up a chat's), then sends
binary frames of signed 16-bit little-endian mono. It gets binary frames of the same rate to play in the order they come,
and JSON: `ready`, `heard`, `reply`, `clear` (stop playing and forget what is queued), `ended`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from asr.streaming import Partial
from asr.transcript import Transcript
from deploy.media.parts import CallName
from deploy.media.records import TurnRecord
from deploy.media.switchboard import BusyError, Switchboard
from deploy.media.transport import Digit, Heard, LineClosedError, Sound, WireError, from_s16, to_s16

log = logging.getLogger(__name__)

LINE = "ws_voice"
START_S = 5.0
"""A socket that has not said `start` by then is closed."""
MAX_FRAME = 64 * 1024
"""Bytes: 0.7 s at 48 kHz; microphones send 20-130 ms at once."""
SEND_S = 10.0
"""A browser that takes nothing for so long is gone."""
RATES_HZ = range(8000, 48001)
NAME = re.compile(r"[\w.:-]{1,64}")
NORMAL, RUBBISH, TRY_AGAIN_LATER = 1000, 1007, 1013


@dataclass(frozen=True, slots=True)
class Start:
    """What the browser asks for."""

    rate_hz: int
    conversation: str


class VoiceLine:
    """A MediaTransport over one WebSocket. The browser queues sound and plays it in time."""

    paces = True

    def __init__(self, socket: WebSocket, rate_hz: int) -> None:
        self.rate_hz = rate_hz
        self._socket = socket
        self._writing = asyncio.Lock()
        self._closed = False
        self._hung_up = False

    async def receive(self) -> Heard | Digit:
        message = await receive(self._socket)
        if isinstance(message, bytes):
            return Heard(from_s16(message))
        if message.get("type") == "stop":
            raise LineClosedError
        return Digit(str(message.get("digit", ""))[:1])

    async def send(self, samples: Sound) -> None:
        if self._hung_up:
            raise LineClosedError
        await self._write(lambda: self._socket.send_bytes(to_s16(samples)))

    async def clear(self) -> None:
        await self.tell({"type": "clear"})

    async def tell(self, event: dict[str, Any]) -> None:
        """Send one JSON event. Raises LineClosedError."""
        await self._write(lambda: self._socket.send_text(json.dumps(event, ensure_ascii=False)))

    async def close(self) -> None:
        """No more sound; the socket itself is closed by `voice_endpoint`, after it has said why."""
        self._hung_up = True

    async def _write(self, send: Callable[[], Awaitable[None]]) -> None:
        if self._closed:
            raise LineClosedError
        try:
            async with self._writing, asyncio.timeout(SEND_S):
                await send()
        except (WebSocketDisconnect, RuntimeError, OSError, TimeoutError):  # RuntimeError: starlette, after a close
            self._closed = True
            raise LineClosedError from None


class Captions:
    """CallEvents shown in the browser: what is being heard, what was heard, what is answered."""

    def __init__(self, line: VoiceLine) -> None:
        self._line = line
        self._telling: set[asyncio.Task[None]] = set()

    def hearing(self, partial: Partial) -> None:
        self._tell({"type": "hearing", "text": partial.text, "committed": partial.committed})

    def heard(self, transcript: Transcript) -> None:
        self._tell({"type": "heard", "text": transcript.text, "dialect": transcript.dialect})

    def answered(self, turn: TurnRecord) -> None:
        self._tell({"type": "reply", "text": turn.reply, "needs": list(turn.needs), "action": turn.action})

    def _tell(self, event: dict[str, Any]) -> None:
        task = asyncio.create_task(_quietly(self._line.tell(event)))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)


async def _quietly(telling: Awaitable[None]) -> None:
    try:
        await telling
    except LineClosedError:
        return


def voice_endpoint(switchboard: Switchboard) -> Callable[[WebSocket], Awaitable[None]]:
    """The function that serves one socket of /ws/voice until it ends."""

    async def serve(socket: WebSocket) -> None:
        await socket.accept()
        try:
            start = await _start(socket)
            await _call(switchboard, start, VoiceLine(socket, start.rate_hz))
            code, why = NORMAL, ""
        except BusyError:
            code, why = TRY_AGAIN_LATER, "too many calls at once"
        except WireError as fault:
            log.warning("voice socket dropped: %s", fault)
            code, why = RUBBISH, str(fault)[:100]
        except LineClosedError:
            return
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):  # starlette, when the browser was quicker
            await socket.close(code, why)

    return serve


async def _call(switchboard: Switchboard, start: Start, line: VoiceLine) -> None:
    if switchboard.full:
        await line.tell({"type": "busy"})
        raise BusyError
    await line.tell({"type": "ready", "conversation": start.conversation, "rate_hz": start.rate_hz})
    record = await switchboard.connect(CallName(start.conversation, LINE), line, (Captions(line),))
    if record.ended == "dropped":
        raise WireError("the sound is no whole number of 16-bit samples, or a message is no JSON object")
    await line.tell({"type": "ended", "reason": record.ended})


async def _start(socket: WebSocket) -> Start:
    try:
        async with asyncio.timeout(START_S):
            message = await receive(socket)
    except TimeoutError:
        raise WireError(f"no start within {START_S:.0f} s") from None
    if isinstance(message, bytes) or message.get("type") != "start":
        raise WireError('the first message must be {"type": "start", "rate_hz": ...}')
    rate_hz, conversation = message.get("rate_hz", 16000), message.get("conversation") or secrets.token_urlsafe(18)
    if type(rate_hz) is not int or rate_hz not in RATES_HZ:
        raise WireError("rate_hz must be a whole number from 8000 to 48000")
    if not isinstance(conversation, str) or not NAME.fullmatch(conversation):
        raise WireError("conversation must be 1-64 letters, digits, or . : _ -")
    return Start(rate_hz, conversation)


async def receive(socket: WebSocket) -> bytes | dict[str, Any]:
    """One message: sound, or a JSON object. Raises LineClosedError and WireError."""
    try:
        message = await socket.receive()
    except (WebSocketDisconnect, RuntimeError):
        raise LineClosedError from None
    if message["type"] == "websocket.disconnect":
        raise LineClosedError
    data, text = message.get("bytes"), message.get("text")
    if len(data or text or "") > MAX_FRAME:
        raise WireError(f"a message may have {MAX_FRAME} bytes")
    if data is not None:
        return bytes(data)
    try:
        event = json.loads(text or "")
    except ValueError:
        raise WireError("not JSON") from None
    if not isinstance(event, dict):
        raise WireError("a JSON message must be an object")
    return event
