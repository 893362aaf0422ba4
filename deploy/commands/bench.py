"""xiangyin bench: the figures of benchmarks/, measured here and now."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from deploy.terminal import add_command, add_json

BENCHMARKS = ("edge",)


class BenchError(ValueError):
    """The benchmarks are not at hand."""


def add(subparsers: Any) -> None:
    """Describe the command."""
    parser = add_command(
        subparsers, "bench", "measure speed, memory and start against their bounds", "xiangyin bench edge --turns 12"
    )
    parser.add_argument("name", nargs="?", choices=BENCHMARKS, default="edge", help="(default: edge)")
    parser.add_argument("--bot", type=Path, metavar="BOT", help="the bot to measure (default: the sample bot)")
    parser.add_argument("--turns", type=int, help="spoken turns")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """In a process of its own: a benchmark holds itself to cores and memory, and cannot let go again. 1: a bound is exceeded."""
    import importlib.util
    import subprocess
    import sys

    if importlib.util.find_spec("benchmarks") is None:
        raise BenchError("the folder benchmarks/ is not installed; run this in a checkout of the project")
    command = [sys.executable, "-m", f"benchmarks.{arguments.name}"]
    for option in ("bot", "turns"):
        value = getattr(arguments, option)
        command += [] if value is None else [f"--{option}", str(value)]
    return subprocess.run([*command, *(["--json"] if arguments.json else [])], check=False).returncode
