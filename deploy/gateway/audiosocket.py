"""Asterisk's AudioSocket: telephone calls over TCP.

Each message is `kind: u8 | length: u16 big-endian | payload`. Wire format: Asterisk, res_audiosocket (facts of 2026-11).
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import struct
import uuid
from dataclasses import dataclass
from typing import Any

import numpy as np
import soxr

from deploy.media.parts import CallName
from deploy.media.switchboard import BusyError, Switchboard
from deploy.media.tones import busy_tone
from deploy.media.transport import FRAME_MS, Digit, Heard, LineClosedError, Sound, WireError, from_s16, to_s16

log = logging.getLogger(__name__)

LINE = "audiosocket"
HANG_UP, UUID, DTMF, ERROR = 0x00, 0x01, 0x03, 0xFF
AUDIO_HZ = {0x10: 8000, 0x11: 12000, 0x12: 16000, 0x13: 24000, 0x14: 32000, 0x15: 44100, 0x16: 48000}
"""Signed linear, by kind of message."""
LENGTHS = {HANG_UP: 0, UUID: 16, DTMF: 1}
MAX_AUDIO_MS = 500
"""More sound than this in one message is no telephone."""
HEADER = struct.Struct(">BH")
FIRST_S = 5.0
"""A peer that has not said its UUID by then is no Asterisk."""
RATE_S = 0.3
"""How long to wait for the first sound, which tells the rate to answer in."""
SEND_S = 5.0
"""A peer that takes no sound for so long is gone."""
DEFAULT_KIND = 0x10


@dataclass(frozen=True, slots=True)
class Message:
    """One message as it came."""

    kind: int
    payload: bytes


class AudioSocketLine:
    """A MediaTransport over one connection, once its UUID is known. We keep the time: a frame each 20 ms."""

    paces = False

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, first: Message | None) -> None:
        self._reader = reader
        self._writer = writer
        self._waiting = first
        self._kind = first.kind if first and first.kind in AUDIO_HZ else DEFAULT_KIND
        self._streams: dict[int, Any] = {}  # Any: soxr has no types

    @property
    def rate_hz(self) -> int:
        return AUDIO_HZ[self._kind]

    async def receive(self) -> Heard | Digit:
        message, self._waiting = self._waiting, None
        message = message or await read_message(self._reader)
        if message.kind == DTMF:
            return Digit(message.payload.decode("ascii", "replace"))
        if message.kind in (HANG_UP, ERROR):
            raise LineClosedError
        if message.kind == UUID:
            raise WireError("a second UUID in one call")
        sound = from_s16(message.payload)
        return Heard(sound if message.kind == self._kind else self._resampled(message.kind, sound))

    async def send(self, samples: Sound) -> None:
        await self._write(encode(self._kind, to_s16(samples)))

    async def clear(self) -> None:
        return

    async def close(self) -> None:
        with contextlib.suppress(LineClosedError):
            await self._write(encode(HANG_UP, b""))
        self._writer.close()

    def _resampled(self, kind: int, sound: Sound) -> Sound:
        """Sound at another rate than the call began with, as a peer may send that was silent at first."""
        if kind not in self._streams:
            self._streams[kind] = soxr.ResampleStream(AUDIO_HZ[kind], self.rate_hz, 1, dtype="float32", quality="QQ")
        resampled: Sound = self._streams[kind].resample_chunk(sound)
        return resampled

    async def _write(self, data: bytes) -> None:
        if self._writer.is_closing():
            raise LineClosedError
        try:
            self._writer.write(data)
            async with asyncio.timeout(SEND_S):
                await self._writer.drain()
        except (OSError, TimeoutError):
            self._writer.transport.abort()
            raise LineClosedError from None


class AudioSocketServer:
    """The TCP port. One connection is one call; a peer that sends rubbish is dropped, the others don't notice."""

    def __init__(self, switchboard: Switchboard) -> None:
        self._switchboard = switchboard
        self._server: asyncio.Server | None = None

    async def start(self, listener: socket.socket) -> None:
        """Answer calls on a socket that listens."""
        self._server = await asyncio.start_server(self._call, sock=listener, limit=2**16)

    async def stop(self) -> None:
        """Answer no further calls; those under way go on (Switchboard.close ends them)."""
        if self._server is not None:
            self._server.close()

    async def _call(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            conversation = await self._conversation(reader)
            line = AudioSocketLine(reader, writer, await self._first_sound(reader))
            try:
                await self._switchboard.connect(CallName(conversation, LINE), line)
            except BusyError:
                log.warning("busy", extra={"conversation": conversation})
                await refuse(line)
        except WireError as fault:
            log.warning("AudioSocket peer dropped: %s", fault)
        except LineClosedError:
            return
        finally:
            writer.close()

    async def _conversation(self, reader: asyncio.StreamReader) -> str:
        try:
            async with asyncio.timeout(FIRST_S):
                message = await read_message(reader)
        except TimeoutError:
            raise WireError(f"no UUID within {FIRST_S:.0f} s") from None
        if message.kind != UUID:
            raise WireError(f"the first message must be a UUID, got kind {message.kind:#04x}")
        return str(uuid.UUID(bytes=message.payload))

    async def _first_sound(self, reader: asyncio.StreamReader) -> Message | None:
        """The first message after the UUID, if it comes soon; it tells the rate."""
        waiting = asyncio.ensure_future(reader.readexactly(HEADER.size))
        done, _ = await asyncio.wait({waiting}, timeout=RATE_S)
        if not done:
            waiting.cancel()  # readexactly takes nothing until all is there
            return None
        return await _payload(reader, waiting)


async def read_message(reader: asyncio.StreamReader) -> Message:
    """One message. Raises LineClosedError at the end of the stream and WireError for what is none."""
    header = asyncio.ensure_future(reader.readexactly(HEADER.size))
    return await _payload(reader, header)


async def _payload(reader: asyncio.StreamReader, header: asyncio.Future[bytes]) -> Message:
    try:
        kind, length = HEADER.unpack(await header)
    except asyncio.IncompleteReadError as end:
        raise (WireError("the stream ended within a message") if end.partial else LineClosedError()) from None
    except OSError:
        raise LineClosedError from None
    _check(kind, length)
    try:
        return Message(kind, await reader.readexactly(length))
    except asyncio.IncompleteReadError:
        raise WireError("the stream ended within a message") from None
    except OSError:
        raise LineClosedError from None


def _check(kind: int, length: int) -> None:
    if kind in AUDIO_HZ:
        if length % 2 or length > AUDIO_HZ[kind] * 2 * MAX_AUDIO_MS // 1000:
            raise WireError(f"{length} bytes of sound in one message")
    elif kind != ERROR and kind not in LENGTHS:
        raise WireError(f"unknown kind {kind:#04x}")
    elif kind != ERROR and length != LENGTHS[kind]:
        raise WireError(f"kind {kind:#04x} has {LENGTHS[kind]} bytes, got {length}")


def encode(kind: int, payload: bytes) -> bytes:
    """One message for the wire."""
    return HEADER.pack(kind, len(payload)) + payload


async def refuse(line: AudioSocketLine) -> None:
    """The busy tone, in time, then hang up."""
    tone = busy_tone(line.rate_hz)
    size = line.rate_hz * FRAME_MS // 1000
    with contextlib.suppress(LineClosedError):
        for frame in np.split(tone, range(size, len(tone), size)):
            await line.send(frame)
            await asyncio.sleep(FRAME_MS / 1000)
    await line.close()
