"""Real TCP on the loopback; the loop's clock is virtual, so nobody waits."""

from __future__ import annotations

import asyncio
import socket
import struct
import uuid
from collections.abc import Callable, Coroutine

import numpy as np
import pytest

from deploy.gateway.audiosocket import AudioSocketServer, encode, read_message
from deploy.gateway.phone import Phone
from deploy.gateway.server import open_port
from deploy.media.parts import CallParts
from deploy.media.speaker import Speaker
from deploy.media.switchboard import Switchboard, SwitchboardOptions
from deploy.media.transport import Sound
from deploy.media.virtual_time import run_in_virtual_time
from tests.fakes import ScriptedBrain, ScriptedRecogniser, ToneVoice, now, said

QUESTION = "那这个的年费是多少"
CALL = uuid.UUID(int=7)
Talk = Callable[[int, Switchboard], Coroutine[None, None, None]]


def gateway(brain: ScriptedBrain, talk: Talk, max_calls: int = 20) -> None:
    """Run `talk(port, switchboard)` against a server."""

    async def main() -> None:
        parts = CallParts(brain, ScriptedRecogniser({1.0: QUESTION}), Speaker(ToneVoice()))
        switchboard = Switchboard(parts, SwitchboardOptions(max_calls))
        server = AudioSocketServer(switchboard)
        listener = open_port("127.0.0.1", 0, "--audiosocket-port")
        port = listener.getsockname()[1]
        await server.start(listener)
        try:
            await talk(port, switchboard)
        finally:
            await server.stop()
            await switchboard.close(drain_s=1)

    run_in_virtual_time(main())


async def idle(switchboard: Switchboard) -> None:
    async with asyncio.timeout(60):
        while switchboard.active:
            await asyncio.sleep(0.1)


def test_a_call_by_telephone_is_greeted_answered_and_ended_by_its_caller(utter: Callable[[str], Sound]) -> None:
    brain = ScriptedBrain({QUESTION: said("每年八千六百元。")})

    async def talk(port: int, switchboard: Switchboard) -> None:
        phone = await Phone.dial("127.0.0.1", port, CALL)
        await phone.quiet(for_s=0.5, within_s=5)
        asked_at = await phone.say(utter(QUESTION))
        answered_at = await phone.reply_since(asked_at, within_s=5)
        assert answered_at is not None
        assert 0.4 < answered_at - asked_at < 0.75
        await phone.quiet(for_s=0.5, within_s=5)
        await phone.hang_up()
        await idle(switchboard)

    gateway(brain, talk)
    assert (brain.asked, brain.ended) == ([QUESTION], ["hang_up"])


def test_frames_are_sent_in_time_with_little_ahead() -> None:
    async def talk(port: int, _switchboard: Switchboard) -> None:
        phone = await Phone.dial("127.0.0.1", port, CALL)
        await phone.quiet(for_s=0.5, within_s=20)
        times = [at - phone.heard[0][0] for at, _ in phone.heard]
        due = 0.02 * np.arange(len(times))
        assert len(times) > 100
        assert np.abs(due - np.array(times)).max() <= 0.12 + 1e-6
        await phone.hang_up()

    gateway(ScriptedBrain(greeting="您好，这里是云服务器销售，请问您需要什么样的配置呢？"), talk)


def test_when_the_bot_ends_the_call_the_line_is_hung_up_after_its_last_word(utter: Callable[[str], Sound]) -> None:
    async def talk(port: int, _switchboard: Switchboard) -> None:
        phone = await Phone.dial("127.0.0.1", port, CALL)
        await phone.quiet(for_s=0.5, within_s=5)
        await phone.say(utter(QUESTION))
        async with asyncio.timeout(10):
            await phone.ended.wait()
        assert len([1 for _, frame in phone.heard if np.abs(frame).max() > 0.01]) * 0.02 > 0.095 * len("您好。再见。")
        await phone.hang_up()

    gateway(ScriptedBrain({QUESTION: said("再见。", "utter_goodbye", "action_end_call", end=True)}), talk)


RUBBISH = {
    "nothing of the protocol": b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    "a UUID of the wrong length": encode(0x01, b"short"),
    "sound before the UUID": encode(0x10, bytes(320)),
    "an unknown kind": encode(0x01, CALL.bytes) + encode(0x77, b"??"),
    "half a sample": encode(0x01, CALL.bytes) + encode(0x10, bytes(320)) * 3 + encode(0x10, bytes(319)),
    "two seconds in one message": encode(0x01, CALL.bytes) + encode(0x10, bytes(32000)),
    "two keys in one": encode(0x01, CALL.bytes) + encode(0x03, b"12"),
    "a second UUID": encode(0x01, CALL.bytes) + encode(0x10, bytes(320)) + encode(0x01, CALL.bytes),
    "a stream that breaks off": encode(0x01, CALL.bytes) + encode(0x10, bytes(320)) + b"\x10\x01\x40half",
}


@pytest.mark.parametrize("rubbish", RUBBISH.values(), ids=RUBBISH.keys())
def test_a_peer_that_sends_rubbish_is_dropped_and_the_next_caller_is_served(rubbish: bytes) -> None:
    async def talk(port: int, switchboard: Switchboard) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(rubbish)
        writer.write_eof()
        async with asyncio.timeout(5):
            while await reader.read(4096):
                continue
        writer.close()
        await idle(switchboard)
        phone = await Phone.dial("127.0.0.1", port, uuid.UUID(int=8))
        assert await phone.reply_since(0.0, within_s=3) is not None
        await phone.hang_up()

    gateway(ScriptedBrain(), talk)


def test_a_peer_that_says_nothing_is_dropped_after_five_seconds() -> None:
    async def talk(port: int, _switchboard: Switchboard) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        begun = now()
        assert await reader.read(1) == b""
        assert now() - begun == pytest.approx(5, abs=0.1)
        writer.close()

    gateway(ScriptedBrain(), talk)


def test_keys_pressed_change_nothing() -> None:
    async def talk(port: int, _switchboard: Switchboard) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(encode(0x01, CALL.bytes) + encode(0x03, b"5") + encode(0x10, bytes(320)))
        assert (await read_message(reader)).kind == 0x10
        writer.close()

    gateway(ScriptedBrain(), talk)


def test_a_call_at_another_rate_is_answered_at_that_rate() -> None:
    async def talk(port: int, _switchboard: Switchboard) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(encode(0x01, CALL.bytes) + encode(0x12, bytes(640)))
        message = await read_message(reader)
        assert (message.kind, len(message.payload)) == (0x12, 640)
        writer.close()

    gateway(ScriptedBrain(), talk)


def test_one_caller_too_many_hears_the_busy_tone_and_is_hung_up_on() -> None:
    async def talk(port: int, switchboard: Switchboard) -> None:
        first = await Phone.dial("127.0.0.1", port, CALL)
        await first.reply_since(0.0, within_s=3)
        second = await Phone.dial("127.0.0.1", port, uuid.UUID(int=8))
        async with asyncio.timeout(5):
            await second.ended.wait()
        tone = np.concatenate([frame for _, frame in second.heard])
        spectrum = np.abs(np.fft.rfft(tone[:2400]))
        assert spectrum.argmax() * 8000 / 2400 == pytest.approx(450, abs=5)
        assert switchboard.active == 1
        await first.hang_up()
        await second.hang_up()

    gateway(ScriptedBrain(), talk, max_calls=1)


def test_a_reset_connection_ends_the_call_quietly() -> None:
    brain = ScriptedBrain()

    async def talk(port: int, switchboard: Switchboard) -> None:
        raw = socket.create_connection(("127.0.0.1", port))
        raw.sendall(encode(0x01, CALL.bytes) + encode(0x10, bytes(320)))
        while not switchboard.active:
            await asyncio.sleep(0.02)
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raw.close()
        await idle(switchboard)

    gateway(brain, talk)
    assert len(brain.ended) == 1
