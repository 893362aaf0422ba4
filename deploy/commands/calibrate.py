"""xiangyin calibrate: what a recogniser's confidence means, and which dialect it hears, fitted beside the model."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from deploy.terminal import add_command, add_json, print_json


def add(subparsers: Any) -> None:
    """Describe the command."""
    example = "xiangyin calibrate build/models/shanghai --data held_out/manifest.jsonl --dialects train/manifest.jsonl"
    parser = add_command(subparsers, "calibrate", "fit a recogniser's confidence and its sense of dialects", example)
    parser.add_argument("model", type=Path, metavar="MODEL", help="the recogniser's folder; calibration.json is written there")
    parser.add_argument(
        "--data", type=Path, metavar="MANIFEST", help="clips that the model was not trained on: what confidence means on them"
    )
    parser.add_argument(
        "--dialects", type=Path, nargs="+", default=[], metavar="MANIFEST", help="clips of all dialects: writes dialect_head.npz"
    )
    parser.add_argument("--clips", type=int, default=3000, metavar="N", help="at most so many of each manifest (default: 3000)")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Fit, write, and say how good it is."""
    from deploy.hearing_calibration import CalibrationRequest, calibrate

    request = CalibrationRequest(arguments.model, arguments.data, tuple(arguments.dialects), arguments.clips)
    fitted = calibrate(request)
    for line in fitted.lines:
        print(line)
    if arguments.json:
        print_json(fitted.figures)
    return 0
