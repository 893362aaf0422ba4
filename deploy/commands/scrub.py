"""xiangyin scrub: personal data taken out of a file, or out of a stored conversation."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from deploy.terminal import add_command, add_json, print_json, progress


class ScrubCommandError(ValueError):
    """The command line names nothing that can be scrubbed."""


def add(subparsers: Any) -> None:
    """Describe the command."""
    example = "xiangyin scrub calls.jsonl --out clean.jsonl --report gone.json\n         xiangyin scrub mybot --conversation ID"
    parser = add_command(subparsers, "scrub", "take personal data out of a file or a stored conversation", example)
    parser.add_argument("what", type=Path, metavar="FILE|BOT", help="JSONL, CSV, TSV or text (UTF-8); or a bot's folder")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where the clean file goes (default: standard output)")
    parser.add_argument("--report", type=Path, metavar="FILE", help="write what was removed as JSON: kinds and places, no values")
    parser.add_argument(
        "--conversation", action="append", metavar="ID", help="of a bot: a conversation of its store; may be repeated"
    )
    parser.add_argument("--all", action="store_true", help="of a bot: every conversation of its store")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """Scrub, and say how much was removed."""
    if arguments.what.is_dir():
        return _stored(arguments)
    if arguments.conversation or arguments.all:
        raise ScrubCommandError(f"{arguments.what}: --conversation and --all go with a bot's folder")
    return _file(arguments)


def _file(arguments: argparse.Namespace) -> int:
    import dataclasses
    import json

    from nlu.personal_data.files import scrub_file

    text, report = scrub_file(arguments.what)
    if arguments.out is None and not arguments.json:
        print(text, end="")
    elif arguments.out is not None:
        arguments.out.parent.mkdir(parents=True, exist_ok=True)
        arguments.out.write_text(text, encoding="utf-8")
    if arguments.report is not None:
        places = [dataclasses.asdict(place) for place in report.places]
        written = json.dumps({"file": arguments.what.name, **report.figures, "places": places}, ensure_ascii=False, indent=1)
        arguments.report.write_text(written + "\n", encoding="utf-8")
    figures = report.figures
    progress(f"{figures['touched']} of {figures['rows']} rows touched: {_told(figures['removed'])}")
    if arguments.json:
        print_json(dict(figures))
    return 0


def _stored(arguments: argparse.Namespace) -> int:
    from deploy.bot_check import load_usable
    from deploy.erasing import erase
    from dialogue.store import EventStore

    if not arguments.conversation and not arguments.all:
        raise ScrubCommandError(f"{arguments.what}: name the conversations with --conversation ID, or take --all")
    if arguments.out or arguments.report:
        raise ScrubCommandError("--out and --report go with a file; a conversation is changed where it is stored")
    bot = load_usable(arguments.what)
    store = EventStore(bot.settings.store_url(bot.folder))
    try:
        removed = erase(bot, store, arguments.conversation)
    finally:
        store.close()
    for conversation, counted in removed.items():
        progress(f"{conversation}: {_told(counted)}")
    if arguments.json:
        print_json({"conversations": {conversation: dict(counted) for conversation, counted in removed.items()}})
    return 0


def _told(removed: Mapping[str, int]) -> str:
    return ", ".join(f"{kind} {count}" for kind, count in removed.items()) or "nothing personal found"
