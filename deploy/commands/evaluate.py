"""xiangyin evaluate: the figures of a model on a labelled file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from deploy.terminal import add_command, add_json, print_json


def add(subparsers: Any) -> None:
    """Describe the command."""
    example = "xiangyin evaluate intent --data dev.jsonl --model build/models/smp2017"
    parser = add_command(subparsers, "evaluate", "measure a model on a labelled file", example)
    parser.add_argument("task", choices=("asr", "intent", "entities"))
    parser.add_argument("--data", type=Path, required=True, metavar="FILE", help="labelled sentences, or a manifest of clips")
    parser.add_argument("--model", type=Path, metavar="DIR", help="the model's folder (default: the bundled one)")
    parser.add_argument("--errors", type=int, default=0, metavar="N", help="show N sentences that went wrong")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Measure and print."""
    from deploy.evaluation import EVALUATIONS

    report = EVALUATIONS[arguments.task](arguments.data, arguments.model)
    for line in report.lines(arguments.errors):
        print(line)
    if arguments.json:
        print_json(dict(report.figures))
    return 0
