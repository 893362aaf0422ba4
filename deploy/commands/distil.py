"""xiangyin distil: a small model taught by larger ones, or by several."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from deploy.terminal import add_command, add_json, print_json, progress, show_log


def add(subparsers: Any) -> None:
    """Describe the command."""
    example = "xiangyin distil examples/nlu/distil.yaml least_confidence=0.9"
    parser = add_command(subparsers, "distil", "train a student on what teachers make of text, labelled or not", example)
    parser.add_argument("config", type=Path, metavar="CONFIG.yaml", help="teachers, unlabelled and the student's own config")
    parser.add_argument("overrides", nargs="*", metavar="key=value", help="keys of the config to set otherwise")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Distil, then say where the student lies and its figures."""
    from deploy.training import read_config
    from dialogue.yaml_file import fill
    from nlu.student.distil import Distillation, distil

    show_log()
    config = fill(Distillation, read_config(arguments.config, arguments.overrides), "the distillation config")
    figures = asdict(distil(config, progress))
    if arguments.json:
        print_json({"model": str(config.student.output_dir), **figures})
        return 0
    print(f"the model lies in {config.student.output_dir}")
    for name, value in figures.items():
        print(f"  {name}: {value:.4g}" if isinstance(value, float) else f"  {name}: {value}")
    return 0
