"""make bench-edge: what an edge box delivers, against the bounds of the design. Exit status 1 when one is exceeded.

Measured from outside: the gateway is a process of its own, and its caller a telephone over AudioSocket on the loopback.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks import confine
from deploy.gateway.phone import Phone
from deploy.media.transport import Sound
from deploy.terminal import print_json, progress, table

BOT = Path("examples") / "cloud_sales"
XIANGYIN = (sys.executable, "-m", "deploy.cli")
START_LIMIT_S = 60.0
EARLY_S = 0.05
"""The end of a turn is heard up to two windows of voice activity before its last sample (measured: 6 ms)."""
SPOILT = 10
"""Calls more than there are turns; where they don't suffice the machine has too much else to do."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value and its bound, in the unit that the name ends with."""

    name: str
    value: float
    bound: float

    @property
    def holds(self) -> bool:
        return self.value <= self.bound


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.edge", description=__doc__)
    parser.add_argument("--bot", type=Path, default=BOT)
    parser.add_argument("--turns", type=int, default=24, help="spoken turns (default: 24, about four minutes)")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    for how in (confine.to_no_network(), confine.to_cores(2), confine.to_memory(8)):
        print(f"held to {how}")
    figures = measure(arguments.bot, arguments.turns)
    rows = [("figure", "measured", "bound", "")]
    rows += [(one.name, f"{one.value:.1f}", f"{one.bound:g}", "ok" if one.holds else "EXCEEDED") for one in figures]
    print(table(rows))
    if arguments.json:
        print_json({one.name: round(one.value, 2) for one in figures})
    return 0 if all(one.holds for one in figures) else 1


def measure(bot: Path, turns: int) -> list[Figure]:
    """Everything, in the order that warms nothing up that should be cold."""
    with tempfile.TemporaryDirectory() as scratch:
        figures = text_turns(bot, Path(scratch))
        figures.append(Figure("xiangyin --help, s", help_s(), 0.3))
        with gateway(bot) as running:
            figures.append(Figure("gateway, cold start, s", running.start_s, 5.0))
            waits = asyncio.run(spoken_turns(running.telephone, turns, running.end_silence_ms))
            resident, peak = memory_mb(running.process.pid)
    figures += [
        Figure("end of speech to first audio, p50, ms", float(np.percentile(waits, 50)), 150),
        Figure("end of speech to first audio, p95, ms", float(np.percentile(waits, 95)), 250),
        Figure("gateway and its children, resident, MB", resident, 700),
        Figure("gateway and its children, peak, MB", peak, 700),
    ]
    return figures


def text_turns(bot_folder: Path, scratch: Path) -> list[Figure]:
    """Understanding, state, policy and template of every user sentence of the test stories, in their order."""
    from deploy.bot import SalesBot
    from dialogue.script import UserStep
    from dialogue.script_file import read_test_stories

    bot = SalesBot.load(bot_folder, f"sqlite:///{scratch / 'bench.sqlite'}", progress)
    work, stored = [], []
    for number, story in enumerate(read_test_stories(bot_folder / "tests" / "test_stories.yml")):
        for step in story.steps:
            if isinstance(step, UserStep) and step.text:
                times = bot.turn(f"bench-{number}", step.text).times
                work.append(times.understand_ms + times.decide_ms)
                stored.append(work[-1] + times.store_ms)
    bot.close()
    return [
        Figure(f"turn of text ({len(work)}), p50, ms", float(np.percentile(work, 50)), 10),
        Figure("turn of text, p95, ms", float(np.percentile(work, 95)), 10),
        Figure("turn of text and its store, p95, ms", float(np.percentile(stored, 95)), 50),
    ]


def help_s() -> float:
    """Seconds until `xiangyin --help` is done; the middle of five."""
    taken = []
    for _ in range(5):
        begun = time.perf_counter()
        subprocess.run([*XIANGYIN, "--help"], check=True, capture_output=True)
        taken.append(time.perf_counter() - begun)
    return float(np.median(taken))


@dataclass(frozen=True, slots=True)
class Running:
    """A gateway that answers."""

    process: subprocess.Popen[str]
    telephone: int
    start_s: float
    end_silence_ms: int


@contextlib.contextmanager
def gateway(bot_folder: Path) -> Iterator[Running]:
    """`xiangyin run` on free ports, ended in order."""
    from dialogue.bot_files import load_bot

    silence_ms = load_bot(bot_folder).settings.channels.voice.end_silence_ms
    begun = time.perf_counter()
    command = [*XIANGYIN, "run", str(bot_folder), "--port", "0", "--audiosocket-port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        telephone = _telephone_port(process)
        yield Running(process, telephone, time.perf_counter() - begun, silence_ms)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(START_LIMIT_S)


def _telephone_port(process: subprocess.Popen[str]) -> int:
    for line in process.stdout or ():
        if found := re.search(r"AudioSocket \S*?:(\d+)", line):
            return int(found.group(1))
    raise RuntimeError(f"the gateway ended with status {process.wait()} before it was ready")


async def spoken_turns(port: int, turns: int, end_silence_ms: int) -> list[float]:
    """Milliseconds from the last sample of speech to the first packet of sound, less the silence that ends a turn."""
    waits: list[float] = []
    for _ in range(turns + SPOILT):
        if len(waits) < turns:
            waits += await _one_call(port, min(4, turns - len(waits)), len(waits), end_silence_ms)
    if len(waits) < turns:
        raise RuntimeError(f"only {len(waits)} of {turns} turns could be measured: the machine has too much else to do")
    return waits


async def _one_call(port: int, turns: int, first: int, end_silence_ms: int) -> list[float]:
    from benchmarks.callers import said

    waits: list[float] = []
    words = [said(first + number) for number in range(turns)]
    phone = await Phone.dial("127.0.0.1", port, uuid.uuid4())
    await phone.quiet(for_s=0.6, within_s=30)
    for sound in words:
        waited_ms = await wait_ms(phone, sound, end_silence_ms)
        waits += [] if waited_ms is None else [waited_ms]
        told = "left out: the bot was still speaking" if waited_ms is None else f"{waited_ms:.0f} ms"
        progress(f"turn {first + len(waits):>3}: {told}")
        await phone.quiet(for_s=1.0, within_s=30)
        if phone.ended.is_set():
            break
    await phone.hang_up()
    return waits


async def wait_ms(phone: Phone, sound: Sound, end_silence_ms: int) -> float | None:
    """Say something and wait for the answer; None when the bot was heard before it can have been one: an earlier reply.

    Such a reply goes on where a stall of the machine tore it, or the caller's sentence, in two. Raises RuntimeError after 10 s.
    """
    asked_at = await phone.say(sound)
    answered_at = await phone.reply_since(asked_at, within_s=10)
    if answered_at is None:
        raise RuntimeError("a turn was not answered within 10 s")
    began_at, over_at = asked_at - len(sound) / phone.rate_hz, asked_at + end_silence_ms / 1000.0
    if phone.hears_bot(began_at, over_at - EARLY_S):
        return None
    return (answered_at - over_at) * 1000.0


def memory_mb(pid: int) -> tuple[float, float]:
    """Resident memory of a process and its descendants: now, and the sum of each one's peak."""
    pids, resident, peak = [pid], 0.0, 0.0
    for one in pids:
        status = Path(f"/proc/{one}/status").read_text(encoding="utf-8")
        resident += int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]  # Linux always has it
        peak += int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]
        for thread in Path(f"/proc/{one}/task").iterdir():
            pids += [int(child) for child in (thread / "children").read_text(encoding="utf-8").split()]
    return resident, peak


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "2")
    sys.exit(main())
