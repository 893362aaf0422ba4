from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable

import numpy as np
import pytest

from benchmarks.callers import QUIET, said
from benchmarks.edge import Figure, memory_mb, wait_ms
from deploy.gateway.audiosocket import encode
from deploy.gateway.phone import FRAME_S, KIND, Phone
from deploy.media.transport import to_s16
from deploy.media.virtual_time import VirtualTimeLoop, run_in_virtual_time

SECOND = np.full(8000, 0.1, np.float32)
FRAME = encode(KIND, to_s16(SECOND[:160]))

CONFINED = """
import socket
from benchmarks import confine
print(confine.to_no_network(), confine.to_cores(2), confine.to_memory(8))
try:
    socket.create_connection(("192.0.2.1", 80), 1)
except OSError:
    print("no way out")
with socket.create_server(("127.0.0.1", 0)) as server:
    socket.create_connection(server.getsockname()).close()
    print("loopback")
"""


def test_what_is_confined_has_no_way_out_but_the_loopback() -> None:
    done = subprocess.run([sys.executable, "-c", CONFINED], capture_output=True, text=True, check=True)
    assert "no way out" in done.stdout
    assert "loopback" in done.stdout


def test_a_bound_is_part_of_what_is_allowed() -> None:
    assert Figure("ms", 10.0, 10).holds
    assert not Figure("ms", 10.1, 10).holds


def test_memory_counts_the_children() -> None:
    alone, _ = memory_mb(os.getpid())
    with subprocess.Popen([sys.executable, "-c", "print(1, flush=True); input()"], stdin=-1, stdout=-1) as child:
        assert child.stdout is not None
        child.stdout.readline()
        both, peak = memory_mb(os.getpid())
        child.communicate(b"\n")
    assert both > alone + 5
    assert peak >= both


@pytest.mark.parametrize("number", [0, 4])
def test_a_caller_s_last_sample_is_speech(number: int) -> None:
    sound = said(number)
    assert abs(float(sound[-1])) > QUIET
    assert 0.8 < len(sound) / 8000 < 8
    assert np.abs(sound).max() <= 1


class OneWay:
    """The line to a bot that speaks by the clock, whatever is said to it."""

    def write(self, _data: bytes) -> None:
        return

    def is_closing(self) -> bool:
        return False

    def close(self) -> None:
        return

    async def wait_closed(self) -> None:
        return


def telephoned(bot_speaks: tuple[tuple[float, float], ...], talk: Callable[[Phone], Awaitable[None]]) -> None:
    """Run `talk` on a line whose other side sounds from and to these times (s) of the call, in virtual time."""

    async def speak(line: asyncio.StreamReader) -> None:
        for begin, end in bot_speaks:
            await asyncio.sleep(begin - asyncio.get_running_loop().time())
            while asyncio.get_running_loop().time() < end:
                line.feed_data(FRAME)
                await asyncio.sleep(FRAME_S)

    async def main() -> None:
        line = asyncio.StreamReader()
        phone = Phone(line, OneWay())
        async with asyncio.TaskGroup() as both:
            both.create_task(speak(line))
            await talk(phone)
        await phone.hang_up()

    run_in_virtual_time(main())


@pytest.mark.parametrize(
    ("bot_speaks", "waited_ms"),
    [
        (((1.4, 2.0),), 100.0),  # a second of speech, 300 ms of silence, 100 ms of work
        (((0.5, 2.0),), None),
        (((0.5, 0.8), (1.4, 2.0)), None),
        (((1.1, 2.0),), None),
    ],
    ids=["answered", "an earlier reply goes on", "the caller's sentence was torn in two", "an answer sooner than the silence"],
)
def test_a_turn_counts_only_where_the_answer_is_its_own(
    bot_speaks: tuple[tuple[float, float], ...], waited_ms: float | None
) -> None:
    async def talk(phone: Phone) -> None:
        found = await wait_ms(phone, SECOND, end_silence_ms=300)
        assert found == (None if waited_ms is None else pytest.approx(waited_ms, abs=2 * FRAME_S * 1000))

    telephoned(bot_speaks, talk)


def test_a_stall_of_the_caller_s_process_does_not_move_the_end_of_what_was_said() -> None:
    async def talk(phone: Phone) -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualTimeLoop)
        loop.call_at(0.9, loop.stall, 0.4)
        assert await phone.say(SECOND) == pytest.approx(1.0, abs=2 * FRAME_S)

    telephoned(((1.4, 2.0),), talk)
