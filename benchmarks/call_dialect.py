"""How often the caller's dialect is known: after one turn alone, and after each turn of a call.

`python -m benchmarks.call_dialect MANIFEST [--turns 5] [--clips 1000]`: clips of one speaker in one dialect are made into calls.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from pathlib import Path

from asr.audio import read_audio
from asr.bundle import bundled_folder
from asr.call_dialect import after, expecting
from asr.manifest import read_manifest
from asr.recogniser import WhisperRecogniser
from asr.transcript import Transcript
from deploy.terminal import table


def calls_of(manifest: Path, model: Path, turns: int, clips: int) -> list[tuple[str, list[Transcript]]]:
    """(dialect, transcripts of the call's turns)."""
    recogniser = WhisperRecogniser(model)
    said: dict[tuple[str, str], list[Transcript]] = defaultdict(list)
    for clip in [clip for clip in read_manifest(manifest) if clip.text][:clips]:
        said[clip.dialect, clip.speaker].append(recogniser.transcribe(read_audio(clip.audio)))
    return [
        (dialect, heard[start : start + turns])
        for (dialect, _), heard in said.items()
        for start in range(0, len(heard) - turns + 1, turns)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.call_dialect", description=__doc__)
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--model", type=Path, default=bundled_folder())
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--clips", type=int, default=1000)
    arguments = parser.parse_args()
    calls = calls_of(arguments.manifest, arguments.model, arguments.turns, arguments.clips)
    expected = sorted({dialect for dialect, _ in calls})
    alone, together = [0] * arguments.turns, [0] * arguments.turns
    for dialect, heard in calls:
        belief = expecting(expected)
        for number, transcript in enumerate(heard):
            belief = after(belief, transcript)
            alone[number] += transcript.dialect == dialect
            together[number] += belief.best == dialect
    rows = [
        (number + 1, f"{alone[number] / len(calls):.4f}", f"{together[number] / len(calls):.4f}") for number in range(len(alone))
    ]
    print(f"{len(calls)} calls of {arguments.turns} turns in {', '.join(expected)}")
    print(table([("turn", "right by the turn alone", "right by the call so far"), *rows]))


if __name__ == "__main__":
    main()
