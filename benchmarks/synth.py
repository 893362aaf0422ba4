"""How fast a corpus is made: clips a second on one core and on more, on this machine's processes and on Ray; and its size.

    python -m benchmarks.synth
    python -m benchmarks.synth --utterances 4000 --jobs 1 2 --config examples/synth/dialect_train.yaml

Unless a voice is asked for, espeak-ng alone speaks. Each run is the command `xiangyin synth` in a folder of its own. "a core"
is clips by the processor time that the run used, voices included, so it does not depend on what else the machine does; the
elapsed time does. Starting (loading grammars, banks and voices) is measured by a run of one clip and left out.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from deploy.terminal import progress, table

CORPUS = 100_000


@dataclass(frozen=True, slots=True)
class Run:
    """One corpus. `elapsed_s` and `processor_s` (user and system, all processes) without what starting takes."""

    engine: str
    jobs: int
    clips: int
    elapsed_s: float
    processor_s: float
    audio_bytes: int


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Speed of making a corpus", epilog="example: python -m benchmarks.synth --jobs 1 2"
    )
    parser.add_argument("--config", type=Path, default=Path("examples/synth/dialect_train.yaml"))
    parser.add_argument("--utterances", type=int, default=2000)
    parser.add_argument("--jobs", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--engines", nargs="+", choices=["local", "ray"], default=["local", "ray"])
    parser.add_argument("--voices", default="{espeak: 1}", help="as in a config, e.g. '{espeak: 1, bank_cmn: 1}'")
    arguments = parser.parse_args()
    runs: list[Run] = []
    for engine in arguments.engines:
        for jobs in arguments.jobs:
            runs.append(measured(arguments, engine, jobs))
            progress(f"{engine}, {jobs}: {runs[-1].clips} clips in {runs[-1].elapsed_s:.0f} s ({runs[-1].processor_s:.0f} s CPU)")
    print(table([HEAD, *(_row(run, runs[0]) for run in runs)]))


HEAD = ("engine", "jobs", "clips", "elapsed s", "clips/s", "clips/s a core", "speed-up", "100,000 in minutes", "100,000 in GB")


def _row(run: Run, first: Run) -> tuple[object, ...]:
    rate = run.clips / run.elapsed_s
    size = run.audio_bytes / run.clips * CORPUS / 1e9
    a_core = f"{run.clips / run.processor_s:.1f}" if run.engine == "local" else "-"  # Ray's workers are nobody's children
    speed_up = rate / (first.clips / first.elapsed_s)
    figures = (
        f"{run.elapsed_s:.0f}",
        f"{rate:.1f}",
        a_core,
        f"{speed_up:.2f}",
        f"{CORPUS / rate / 60:.0f}",
        f"{size:.1f}",
    )
    return run.engine, run.jobs, run.clips, *figures


def measured(arguments: argparse.Namespace, engine: str, jobs: int) -> Run:
    """Make the corpus and a corpus of a clip a process; what the first takes longer is what its clips take."""
    start_s, start_processor_s, _ = _made(arguments, engine, jobs, utterances=jobs)
    elapsed_s, processor_s, audio_bytes = _made(arguments, engine, jobs, arguments.utterances)
    return Run(engine, jobs, arguments.utterances, elapsed_s - start_s, processor_s - start_processor_s, audio_bytes)


def _made(arguments: argparse.Namespace, engine: str, jobs: int, utterances: int) -> tuple[float, float, int]:
    """Elapsed seconds, processor seconds of all processes, bytes of audio."""
    with tempfile.TemporaryDirectory(prefix="xiangyin-synth-") as folder:
        command = [
            *(sys.executable, "-m", "deploy.cli", "synth", str(arguments.config), f"output_dir={folder}"),
            *(f"utterances={utterances}", f"jobs={jobs}", f"voices={arguments.voices}", "--engine", engine),
        ]
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "RAY_ADDRESS": "", "RAY_USAGE_STATS_ENABLED": "0"}
        before, began_s = _processor_s(), time.monotonic()
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        elapsed_s = time.monotonic() - began_s
        if done.returncode:
            raise SystemExit(done.stderr)
        size = sum(file.stat().st_size for file in Path(folder).rglob("audio/*"))
        return elapsed_s, _processor_s() - before, size


def _processor_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
