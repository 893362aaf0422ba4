"""How soon the words of a turn are there: from its detected end to its text, with one call and with eight at once.

`python -m benchmarks.eager [--calls 1 8] [--turns 6]`: callers speak turns of about `--seconds` in real time, each call through
an ear of its own, all with the bundled recogniser on two cores. `ahead`: with captions while the caller speaks; without, the
recogniser hears the caller's pauses only. `--data` takes the turns from a manifest.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import soxr

from asr.bundle import bundled_folder
from asr.recogniser import WhisperRecogniser
from asr.streaming import Partial
from asr.transcript import SAMPLE_RATE_HZ, Samples
from benchmarks import confine
from deploy.media.eager import Allowance, EagerBudget
from deploy.media.hearing import Hearing, Recognised
from deploy.media.options import CallOptions
from deploy.terminal import print_json, table

RATE_HZ = 8000
FRAME = RATE_HZ // 50
BOUND_MS = 60.0


@dataclass(slots=True)
class Waits:
    """Milliseconds from a turn's detected end to its text, from its first word to the first caption, and of work a turn."""

    text_ms: list[float] = field(default_factory=list)
    caption_ms: list[float] = field(default_factory=list)
    work_ms: list[float] = field(default_factory=list)
    left_out: int = 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.eager", description=__doc__)
    parser.add_argument("--calls", type=int, nargs="+", default=[1, 8])
    parser.add_argument("--turns", type=int, default=6, help="turns of each call (default: 6)")
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--data", type=Path, metavar="MANIFEST")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    print(f"held to {confine.to_cores(2)}")
    turns = turns_of(arguments.data, arguments.seconds, max(arguments.calls) * arguments.turns)
    recogniser = WhisperRecogniser(bundled_folder())
    recogniser.transcribe(np.random.default_rng(0).normal(0, 0.01, SAMPLE_RATE_HZ).astype(np.float32))
    rows, late = [], False
    for calls in arguments.calls:
        for ahead in (False, True):
            waits = asyncio.run(measure(recogniser, turns[: calls * arguments.turns], calls, ahead))
            rows.append(figures(waits, calls, ahead))
            late |= bool(np.percentile(waits.text_ms, 95) > BOUND_MS)
    if arguments.json:
        print_json(rows)
    else:
        print(table([tuple(rows[0]), *(tuple(row.values()) for row in rows)]))
    return int(late)


def figures(waits: Waits, calls: int, ahead: bool) -> dict[str, object]:
    """One line of the table."""
    p50, p95 = np.percentile(waits.text_ms, (50, 95))
    return {
        "calls": calls,
        "ahead": "yes" if ahead else "no",
        "turns": len(waits.text_ms),
        "text p50 ms": round(float(p50), 1),
        "text p95 ms": round(float(p95), 1),
        "work p50 ms": round(float(np.median(waits.work_ms)), 1),
        "caption p50 ms": round(float(np.median(waits.caption_ms))) if waits.caption_ms else "",
        "passes left out": waits.left_out,
    }


def turns_of(manifest: Path | None, seconds: float, count: int) -> list[Samples]:
    """Turns of about that length at RATE_HZ; of a manifest the clips nearest to it, or sentences of the example bot spoken."""
    if manifest is None:
        from benchmarks.callers import said

        spoken = [said(number) for number in range(count)]
        return [np.concatenate([spoken[i], spoken[(i + 7) % count]])[: int(seconds * RATE_HZ)] for i in range(count)]
    from asr.audio import read_audio
    from asr.manifest import read_manifest

    clips = sorted((clip for clip in read_manifest(manifest) if clip.text), key=lambda clip: abs(clip.duration_s - seconds))
    return [soxr.resample(read_audio(clip.audio), SAMPLE_RATE_HZ, RATE_HZ) for clip in clips[:count]]


async def measure(recogniser: WhisperRecogniser, turns: Sequence[Samples], calls: int, ahead: bool) -> Waits:
    """All calls at once, in real time."""
    waits = Waits()
    budget = EagerBudget() if ahead else EagerBudget(Allowance(share=0.0, credit_s=0.0))
    with ThreadPoolExecutor(4) as threads:
        each = [turns[number::calls] for number in range(calls)]
        desk = Desk(recogniser, threads, budget, waits)
        await asyncio.gather(*(_call(desk, one, number) for number, one in enumerate(each)))
    waits.left_out = budget.left_out if ahead else 0
    return waits


@dataclass(frozen=True, slots=True)
class Desk:
    """What all calls share."""

    recogniser: WhisperRecogniser
    threads: ThreadPoolExecutor
    budget: EagerBudget
    waits: Waits


async def _call(desk: Desk, turns: Sequence[Samples], number: int) -> None:
    captions: list[float] = []

    def tell(_: Partial) -> None:
        captions.append(time.perf_counter())

    options = CallOptions(end_silence_ms=300).turns
    hearing = Hearing(RATE_HZ, options, desk.recogniser, desk.threads, desk.budget, tell)
    quiet = np.zeros(RATE_HZ, np.float32)
    late = quiet[: RATE_HZ * (number % 8) // 8]
    sound = np.concatenate([late, *(part for turn in turns for part in (quiet, turn)), quiet])
    begun, spoke_at = time.perf_counter(), None
    told: list[asyncio.Task[None]] = []
    for start in range(0, len(sound) - FRAME, FRAME):
        await asyncio.sleep(begun + start / RATE_HZ - time.perf_counter())
        ended = hearing.hear(sound[start : start + FRAME], None)
        if hearing.speaking_ms and spoke_at is None:
            spoke_at = time.perf_counter()
        for turn in ended:
            told.append(asyncio.create_task(_wait(turn.recognition, desk.waits)))
            if captions and spoke_at is not None:
                desk.waits.caption_ms.append((captions[0] - spoke_at) * 1000.0)
            captions.clear()
            spoke_at = None
    await asyncio.gather(*told)


async def _wait(recognition: asyncio.Future[Recognised], waits: Waits) -> None:
    ended_at = time.perf_counter()
    heard = await recognition
    waits.text_ms.append((time.perf_counter() - ended_at) * 1000.0)
    waits.work_ms.append(heard.work_ms)


if __name__ == "__main__":
    raise SystemExit(main())
