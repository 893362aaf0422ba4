"""How fast a corpus is made: clips a second on one core and on more, on this machine's processes and on Ray; and its size.

    python -m benchmarks.synth
    python -m benchmarks.synth --utterances 4000 --jobs 1 2 --config examples/synth/dialect_train.yaml

Unless a voice is asked for, espeak-ng alone speaks. Each run is the command `xiangyin synth` in a folder of its own. Clips a
second are those of the shards that are done after each process has done its first one, so that starting (grammars, banks and
voices are loaded) does not count. "a core" is clips by the processor time of the whole run, voices and starting included: it
depends little on what else the machine does; the elapsed time does.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from deploy.terminal import progress, table
from synth_data.corpus import SHARD

CORPUS = 100_000


@dataclass(frozen=True, slots=True)
class Run:
    """One corpus. `rate` is in clips a second; `processor_s` user and system time of all processes."""

    engine: str
    jobs: int
    clips: int
    rate: float
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
            progress(f"{engine}, {jobs}: {runs[-1].rate:.1f} clips a second")
    print(table([HEAD, *(_row(run, runs[0]) for run in runs)]))


HEAD = ("engine", "jobs", "clips", "clips/s", "clips/s a core", "speed-up", "100,000 in minutes", "100,000 in GB")


def _row(run: Run, first: Run) -> tuple[object, ...]:
    size = run.audio_bytes / run.clips * CORPUS / 1e9
    a_core = f"{run.clips / run.processor_s:.1f}" if run.engine == "local" else "-"  # Ray's workers are nobody's children
    speed_up = run.rate / first.rate
    figures = (f"{run.rate:.1f}", a_core, f"{speed_up:.2f}", f"{CORPUS / run.rate / 60:.0f}", f"{size:.1f}")
    return run.engine, run.jobs, run.clips, *figures


def measured(arguments: argparse.Namespace, engine: str, jobs: int) -> Run:
    """Make a corpus and read its speed off the times at which its shards were done."""
    with tempfile.TemporaryDirectory(prefix="xiangyin-synth-") as folder:
        command = [
            *(sys.executable, "-m", "deploy.cli", "synth", str(arguments.config), f"output_dir={folder}"),
            *(f"utterances={arguments.utterances}", f"jobs={jobs}", f"voices={arguments.voices}", "--engine", engine),
        ]
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "RAY_ADDRESS": "", "RAY_USAGE_STATS_ENABLED": "0"}
        before = _processor_s()
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(done.stderr)
        size = sum(file.stat().st_size for file in Path(folder).rglob("audio/*"))
        rate = steady_rate([file.stat().st_mtime for file in Path(folder).glob("parts/*.jsonl")], jobs)
        return Run(engine, jobs, arguments.utterances, rate, _processor_s() - before, size)


def steady_rate(done_s: list[float], jobs: int) -> float:
    """Clips a second after the first shard of each of `jobs` processes; `done_s` are the times at which shards were done."""
    ordered = sorted(done_s)
    if len(ordered) <= jobs:
        raise SystemExit(f"--utterances: {jobs} processes need more than {jobs * SHARD} clips to show their speed")
    return (len(ordered) - jobs) * SHARD / (ordered[-1] - ordered[jobs - 1])


def _processor_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
