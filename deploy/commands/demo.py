"""xiangyin demo: the main job once, from the caller's first word to the report; no second terminal, no network."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from deploy.terminal import add_command, add_json, print_json, progress

BOT = Path("examples") / "cloud_sales"
OUT = Path("build") / "demo"
CONVERSATION = "10000000-0000-4000-8000-00000000000b"
"""Always the same, so that everybody reads what README.md shows."""


def add(subparsers: Any) -> None:
    """Describe the command."""
    parser = add_command(subparsers, "demo", "one telephone call to the sample bot, start to end", "xiangyin demo")
    parser.add_argument("--bot", type=Path, default=BOT, metavar="BOT", help=f"the bot's folder (default: {BOT})")
    parser.add_argument("--out", type=Path, default=OUT, metavar="DIR", help=f"recording and report (default: {OUT})")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Call, show, check; 1 when the bot did not find the needs or did not quote the price."""
    import asyncio

    from deploy.bot import SalesBot
    from deploy.demo import Demo, faults

    bot = SalesBot.load(arguments.bot, "sqlite://", progress)
    demo = Demo(bot, arguments.out, conversation=CONVERSATION)
    try:
        record = asyncio.run(demo.call())
        demo.report(record)
    finally:
        bot.close()
    wrong = faults(record, bot.bot.facts)
    for fault in wrong:
        print(f"NOT AS IT SHOULD BE: {fault}")
    print(f"ended     {record.ended} after {record.duration_s:.1f} s")
    print(f"recording {demo.recording}\nreport    {demo.page}")
    if arguments.json:
        print_json({**record.json(), "faults": wrong, "recording": str(demo.recording), "report": str(demo.page)})
    return 1 if wrong else 0
