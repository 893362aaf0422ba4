"""xiangyin test: a bot's test stories, said to the bot itself."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from deploy.terminal import add_command, add_json, coloured, print_json, progress


def add(subparsers: Any) -> None:
    """Describe the command."""
    parser = add_command(subparsers, "test", "run a bot's test stories", "xiangyin test examples/cloud_sales --json")
    parser.add_argument("bot", type=Path, metavar="BOT", help="the bot's folder")
    parser.add_argument("--stories", type=Path, metavar="FILE", help="other test stories than those of BOT/tests")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when all stories passed, 1 otherwise; failed ones are shown line by line."""
    from deploy.story_tests import check_bot, shown

    report = check_bot(arguments.bot, arguments.stories, progress)
    for result in report.failures:
        print("\n".join(shown(result)), end="\n\n")
    for line in report.misunderstood:
        print(f"understanding: {line}")
    if arguments.json:
        counts = {"stories": report.stories, "passed": report.passed, "failed": report.failed}
        print_json(counts | {"misunderstood": len(report.misunderstood)})
    else:
        text = f"{report.stories} stories, {report.passed} passed, {report.failed} failed"
        print(coloured(text, "red" if report.failed else "green"))
    return 1 if report.failed else 0
