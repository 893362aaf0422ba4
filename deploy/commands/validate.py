"""xiangyin validate: every fault of a bot's files at once."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from deploy.terminal import add_command, add_json, print_json


def add(subparsers: Any) -> None:
    """Describe the command."""
    parser = add_command(
        subparsers, "validate", "check a bot's files; every fault with file:line", "xiangyin validate examples/cloud_sales"
    )
    parser.add_argument("bot", type=Path, metavar="BOT", help="the bot's folder")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """0: no fault; 1: the bot loads but a check failed; 2: the files cannot be used as a bot (other commands refuse it)."""
    from deploy.bot_check import unknown_names
    from dialogue.bot_files import load_bot
    from dialogue.faults import BotFaults
    from dialogue.lint import lint

    try:
        bot = load_bot(arguments.bot)
        faults, status = lint(bot), 2 if unknown_names(bot) else 1
    except BotFaults as found:
        faults, status = found.faults, 2
    for fault in faults:
        print(fault)
    if arguments.json:
        print_json(
            {"faults": [{"file": str(f.place.file), "line": f.place.line, "what": f.what} for f in faults], "n": len(faults)}
        )
    if not faults:
        if not arguments.json:
            print(f"{arguments.bot}: no faults")
        return 0
    print(f"{arguments.bot}: {len(faults)} fault{'s' if len(faults) > 1 else ''}", file=sys.stderr)
    return status
