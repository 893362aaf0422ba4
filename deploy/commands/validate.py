"""xiangyin validate: every fault of a bot's files at once."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deploy.terminal import add_command, add_json, coloured, print_json

if TYPE_CHECKING:
    from dialogue.faults import Fault

COLOURS = {"error": "red", "warning": "yellow", "hint": "blue"}
WORDS = {
    "en": {"error": "error", "warning": "warning", "hint": "hint"},
    "zh": {"error": "错误", "warning": "警告", "hint": "提示"},
}
HINTS_SHOWN = 3
"""Hints of one kind that are shown; a large bot may have hundreds of them."""


def add(subparsers: Any) -> None:
    """Describe the command."""
    parser = add_command(
        subparsers, "validate", "check a bot's files; every fault with file:line", "xiangyin validate examples/cloud_sales"
    )
    parser.add_argument("bot", type=Path, metavar="BOT", help="the bot's folder")
    parser.add_argument("--lang", choices=("zh", "en"), help="language of the faults (default: bot.yml's, else the system's)")
    parser.add_argument("--all", action="store_true", help=f"all hints, not only the first {HINTS_SHOWN} of a kind")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """0: no errors (there may be warnings and hints); 1: errors, for which other commands refuse the bot; 2: there is no bot."""
    from deploy.bot_check import faults_of, language_of

    faults = faults_of(arguments.bot)
    language = arguments.lang or language_of(arguments.bot)
    nowhere = (arguments.bot, arguments.bot / "domain.yml")
    missing = next((one for one in faults if one.kind == "missing_file" and one.place.file in nowhere), None)
    counts: Counter[str] = Counter(fault.severity for fault in faults)
    if missing is not None:
        print(_line(missing, language), file=sys.stderr)
    else:
        for line in lines(faults, language, everything=arguments.all):
            print(line)
        print(_closing(arguments.bot, counts, language))
    if arguments.json:
        totals = {f"{word}s": counts[word] for word in COLOURS}
        print_json({"faults": [_as_json(fault) for fault in faults], "n": len(faults), **totals})
    if missing is not None:
        return 2
    return 1 if counts["error"] else 0


def lines(faults: Sequence[Fault], language: str, everything: bool) -> Iterator[str]:
    """The faults file by file, with a blank line between files; and how many hints are left out."""
    shown: Counter[str] = Counter()
    before: Path | None = None
    for fault in faults:
        if fault.severity == "hint":
            shown[fault.kind] += 1
            if shown[fault.kind] > HINTS_SHOWN and not everything:
                continue
        if before is not None and before != fault.place.file:
            yield ""
        before = fault.place.file
        yield _line(fault, language)
    left = sum(max(0, count - HINTS_SHOWN) for count in shown.values())
    if left and not everything:
        told = f"…另有 {left} 条提示；加 --all 全部列出" if language == "zh" else f"... and {left} more hints; --all shows them"
        yield coloured(told, "dim")


def _line(fault: Fault, language: str) -> str:
    from dialogue.linting.chinese import in_chinese

    column = f":{fault.place.column}" if fault.place.column else ""
    word = coloured(WORDS[language][fault.severity], COLOURS[fault.severity])
    what = in_chinese(fault.what) if language == "zh" else fault.what
    return f"{coloured(f'{fault.place}{column}', 'bold')}: {word}: {what}"


def _closing(bot: Path, counts: Counter[str], language: str) -> str:
    if language == "zh":
        told = "，".join(f"{counts[word]} 个{WORDS['zh'][word]}" for word in COLOURS if counts[word])
        return f"{bot}：{told or '没有问题'}"
    told = ", ".join(f"{counts[word]} {word}{'s' if counts[word] > 1 else ''}" for word in COLOURS if counts[word])
    return f"{bot}: {told or 'no faults'}"


def _as_json(fault: Fault) -> dict[str, Any]:
    from dialogue.linting.chinese import in_chinese

    return {
        "file": str(fault.place.file),
        "line": fault.place.line,
        "column": fault.place.column or None,
        "kind": fault.kind,
        "severity": fault.severity,
        "en": str(fault.what),
        "zh": in_chinese(fault.what),
    }
