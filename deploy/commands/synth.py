"""xiangyin synth: a corpus of dialect speech from a config."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from deploy.terminal import add_command, add_json, print_json, progress, show_log


def add(subparsers: Any) -> None:
    """Describe the command."""
    example = "xiangyin synth examples/synth/cloud_eval.yaml utterances=100"
    parser = add_command(subparsers, "synth", "make a corpus of dialect speech", example)
    parser.add_argument("config", type=Path, metavar="CONFIG.yaml", help="what to make")
    parser.add_argument("overrides", nargs="*", metavar="key=value", help="keys of the config to set otherwise")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Make the corpus; one that was broken off is gone on with."""
    from deploy.training import read_config
    from dialogue.yaml_file import fill
    from synth_data.corpus import SynthConfig, synthesize

    config = fill(SynthConfig, read_config(arguments.config, arguments.overrides), "the synthesis config")
    show_log()
    made = synthesize(config, progress)
    if arguments.json:
        print_json({"manifest": str(made.manifest), "clips": made.clips, "hours": made.hours})
    else:
        print(f"{made.clips} clips, {made.hours:.1f} hours: {made.manifest}")
    return 0
