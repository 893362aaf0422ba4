"""xiangyin train: a model from a config, or a bot's understanding from its files."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from deploy.terminal import add_command, add_json, print_json, progress, show_log


class TrainError(ValueError):
    """The command line names nothing that can be trained."""


def add(subparsers: Any) -> None:
    """Describe the command."""
    example = "xiangyin train examples/nlu/smp2017.yaml output_dir=build/models/smp2017"
    parser = add_command(subparsers, "train", "train a model from a config, or a bot's understanding", example)
    parser.add_argument("--config", type=Path, metavar="CONFIG.yaml", help="the config, instead of naming it first")
    parser.add_argument(
        "words",
        nargs="*",
        metavar="CONFIG.yaml|BOT [key=value ...]",
        help="a training config (task_type: asr or intent) or a bot's folder; then keys of the config to set otherwise",
    )
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Train, then say where the model lies and its figures."""
    from deploy.settings import first_process
    from deploy.training import train_bot, train_config

    named: Path | None = arguments.config
    overrides: list[str] = arguments.words
    if named is None:
        if not overrides:
            raise TrainError("name a training config (CONFIG.yaml) or a bot's folder")
        named, overrides = Path(overrides[0]), overrides[1:]
    show_log()
    if not named.is_dir():
        outcome = train_config(named, overrides, progress)
    elif overrides:
        raise TrainError(f"{named}: a bot is trained by its config.yml; overrides go with a training config")
    else:
        outcome = train_bot(named, progress)
    if not first_process():
        return 0
    if arguments.json:
        print_json({"model": str(outcome.folder), **outcome.figures})
        return 0
    print(f"the model lies in {outcome.folder}")
    for name, value in outcome.figures.items():
        print(f"  {name}: {value:.4g}" if isinstance(value, float) else f"  {name}: {value}")
    return 0
