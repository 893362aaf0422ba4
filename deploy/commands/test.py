"""xiangyin test: a bot's test stories, said to the bot itself."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deploy.terminal import add_command, add_json, coloured, print_json, progress

if TYPE_CHECKING:
    from deploy.story_diff import StoryReport


def add(subparsers: Any) -> None:
    """Describe the command."""
    parser = add_command(subparsers, "test", "run a bot's test stories", "xiangyin test examples/cloud_sales --json")
    parser.add_argument("bot", type=Path, metavar="BOT", help="the bot's folder")
    parser.add_argument("--stories", type=Path, metavar="FILE", help="other test stories than those of BOT/tests")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """0 when all stories passed, 1 otherwise; failed ones are shown line by line."""
    from deploy.story_diff import shown
    from deploy.story_tests import check_bot

    report = check_bot(arguments.bot, arguments.stories, progress)
    for result in report.failures:
        print("\n".join(shown(result)), end="\n\n")
    for line in report.misunderstood:
        print(coloured(f"understanding: {line}", "yellow"))
    if arguments.json:
        counts = {"stories": report.stories, "passed": report.passed, "failed": report.failed}
        print_json(counts | {"by_understanding": report.by_understanding, "misunderstood": len(report.misunderstood)})
    else:
        print(coloured(_summary(report), "red" if report.failed else "green"))
    return 1 if report.failed else 0


def _summary(report: StoryReport) -> str:
    blame = f" ({report.by_understanding} of them by their understanding alone)" if report.by_understanding else ""
    return f"{report.stories} stories, {report.passed} passed, {report.failed} failed{blame}"
