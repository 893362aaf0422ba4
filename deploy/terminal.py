"""What commands print: tables, colours where there is a terminal, and the JSON line of --json."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
import unicodedata
from collections.abc import Sequence
from typing import Any, TextIO

UNREADABLE = "\ufffd"
COLOURS = {"red": "31", "green": "32", "yellow": "33", "blue": "34", "dim": "2", "bold": "1"}


def add_command(subparsers: Any, name: str, summary: str, example: str) -> argparse.ArgumentParser:
    """A sub-command's parser with an example at its end. (Any: argparse keeps the type of its sub-parsers private.)"""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        name,
        help=summary,
        description=summary[0].upper() + summary[1:] + ".",
        epilog=f"example: {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    return parser


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")


def print_json(value: Any) -> None:
    """The last line of a command run with --json."""
    print(json.dumps(value, ensure_ascii=False, default=str), flush=True)


def progress(text: str) -> None:
    """What a long command is doing, on standard error, so that --json stays readable by a machine."""
    print(text, file=sys.stderr, flush=True)


def ask(prompt: str) -> str | None:
    """One line typed, without blanks around it; None at the end of input. Prompts are for people only."""
    try:
        line = input(prompt if sys.stdin.isatty() else "")
    except EOFError:
        return None
    if UNREADABLE in line:
        progress("some of this line is not UTF-8 and was not understood; set the terminal, or save the file, as UTF-8")
    return line.strip()


def bear_other_encodings() -> None:
    """A terminal or file that is not UTF-8 costs single characters, and not the command: what cannot be read becomes U+FFFD, what
    cannot be shown becomes '?'."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def show_log() -> None:
    """Let the log of a long command (a line a pass) be seen on standard error."""
    import logging

    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)


def coloured(text: str, colour: str, stream: TextIO | None = None) -> str:
    """`text` in a colour where the stream (standard output) is a terminal and NO_COLOR is not set."""
    where = sys.stdout if stream is None else stream
    if not where.isatty() or os.environ.get("NO_COLOR"):
        return text
    return f"\x1b[{COLOURS[colour]}m{text}\x1b[0m"


def table(rows: Sequence[Sequence[object]]) -> str:
    """Rows in columns; the first row is the head. Chinese characters count as two places."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(_width(row[column]) for row in cells) for column in range(len(cells[0]))]
    return "\n".join(
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells
    )


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
