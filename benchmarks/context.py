"""What a short context costs in accuracy and saves in time: each clip as it is, and padded to the model's full context.

    python -m benchmarks.context --model asr/bundled --data build/corpora/dialect_eval --every 30

One thread, both ways of a clip after each other. Time is the processor's, which other programs on the machine change little; the
clock's stands beside it. Aimed at: a CER within 0.3 points, five times as fast or faster.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from asr.audio import read_audio
from asr.cer import error_rate
from asr.evaluate import Heard
from asr.gate import loss
from asr.manifest import Clip, read_manifest
from asr.recogniser import Decoding, WhisperRecogniser
from asr.transcript import SAMPLE_RATE_HZ

ALLOWED = 0.003
FASTER = 5.0


@dataclass(frozen=True, slots=True)
class Contexts:
    """Both ways on the same `clips`: CER, the difference with its paired 95 % interval (over 0: short is worse), seconds of the
    processor, and how many times as fast by the clock."""

    clips: int
    short_cer: float
    padded_cer: float
    difference: float
    low: float
    high: float
    short_s: float
    padded_s: float
    median_ratio: float
    faster_by_the_clock: float

    @property
    def faster(self) -> float:
        """How many times as fast all clips together are without padding."""
        return self.padded_s / self.short_s

    @property
    def good(self) -> bool:
        """Whether what is aimed at is reached."""
        return self.difference <= ALLOWED and self.faster >= FASTER


def measure(model: Path, clips: Sequence[Clip]) -> Contexts:
    """Hear every clip both ways."""
    short, padded = (WhisperRecogniser(model, Decoding(workers=1, padded=pad)) for pad in (False, True))
    silence = np.zeros(SAMPLE_RATE_HZ, np.float32)
    for recogniser in (short, padded):
        recogniser.transcribe(silence + 1e-2)  # the first call prepares what the others find
    ways: tuple[list[Heard], list[Heard]] = ([], [])
    waited = [0.0, 0.0]
    for clip in clips:
        samples = read_audio(clip.audio)
        for way, (recogniser, heard) in enumerate(zip((short, padded), ways, strict=True)):
            began, clock = time.process_time(), time.perf_counter()
            transcript = recogniser.transcribe(samples)
            heard.append(Heard(clip, transcript, time.process_time() - began, len(samples) / SAMPLE_RATE_HZ))
            waited[way] += time.perf_counter() - clock
    found = loss(*ways)
    rates = [error_rate([one.transcript.text for one in heard], [one.clip.text for one in heard]).rate for heard in ways]
    return Contexts(
        clips=len(clips),
        short_cer=rates[0],
        padded_cer=rates[1],
        difference=found.difference,
        low=found.low,
        high=found.high,
        short_s=sum(one.seconds for one in ways[0]),
        padded_s=sum(one.seconds for one in ways[1]),
        median_ratio=statistics.median(b.seconds / a.seconds for a, b in zip(*ways, strict=True)),
        faster_by_the_clock=waited[1] / waited[0],
    )


def main() -> None:
    """Print both ways."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="a folder with model.bin")
    parser.add_argument("--data", type=Path, required=True, help="a manifest")
    parser.add_argument("--every", type=int, default=1, help="take every n-th clip only (default 1: all)")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    options = parser.parse_args()
    found = measure(options.model, [clip for clip in read_manifest(options.data)[:: options.every] if clip.text])
    print(f"{found.clips} clips: CER {found.short_cer:.4f} as they are, {found.padded_cer:.4f} padded to the full context")
    print(f"difference {found.difference:+.4f} ({found.low:+.4f} to {found.high:+.4f}, paired)")
    work = f"work {found.short_s:.2f} s against {found.padded_s:.2f} s"
    times = f"{found.faster:.1f} times as fast, median {found.median_ratio:.1f}, by the clock {found.faster_by_the_clock:.1f}"
    print(f"{work}: {times}")
    print("reached" if found.good else f"NOT reached: at most {ALLOWED:+.3f}, {FASTER:.0f} times as fast")
    if options.json:
        print(json.dumps({**asdict(found), "faster": found.faster, "good": found.good}))


if __name__ == "__main__":
    main()
