"""xiangyin versions: the versions of a bot's files that ran, what differs between two, and the way back."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deploy.terminal import add_command, add_json, coloured, print_json, table

if TYPE_CHECKING:
    from deploy.versions.archive import Archive, Version
    from deploy.versions.comparing import FileChange

COLOURS = {"+": "green", "-": "red", "@": "blue"}
WANTED = {"list": 0, "diff": 2, "rollback": 1}
"""The acts, and how many numbers of versions each takes."""


def add(subparsers: Any) -> None:
    """Describe the command."""
    parser = add_command(
        subparsers,
        "versions",
        "list, compare and bring back the versions of a bot's files",
        "xiangyin versions mybot\n         xiangyin versions mybot diff 3 5\n         xiangyin versions mybot rollback 3",
    )
    parser.add_argument("bot", type=Path, metavar="BOT", help="the bot's folder")
    parser.add_argument(
        "act", choices=WANTED, nargs="?", default="list", help="list (default), diff A B, or rollback N: the files of N again"
    )
    parser.add_argument("numbers", type=int, nargs="*", metavar="N", help="numbers of versions")
    add_json(parser)


def run(arguments: argparse.Namespace) -> int:
    """0: done; 2: no such bot or version. A gateway that runs takes a rollback up by itself, within seconds."""
    from deploy.versions.archive import VersionsError
    from deploy.versions.opening import versions_of

    if not arguments.bot.is_dir():
        raise VersionsError(f"{arguments.bot}: there is no such folder")
    wanted = WANTED[arguments.act]
    if len(arguments.numbers) != wanted:
        raise VersionsError(f"'{arguments.act}' takes {wanted} numbers of versions, got {len(arguments.numbers)}")
    archive = versions_of(arguments.bot)
    match arguments.act:
        case "diff":
            _diff(archive, arguments.numbers[0], arguments.numbers[1], arguments.json)
        case "rollback":
            _roll_back(archive, arguments.numbers[0], arguments.bot, arguments.json)
        case _:
            _list(archive, arguments.bot, arguments.json)
    return 0


def _list(archive: Archive, folder: Path, as_json: bool) -> None:
    from dialogue.bot_files import version_of

    versions, now = archive.versions(), version_of(folder)
    latest = next((version for version in versions if version.files_id == now), None)
    if versions:
        rows = [("version", "since", "by", "files", "")]
        rows += [_row(version, "in the folder" if version is latest else "") for version in versions]
        print(table(rows))
    else:
        print("there is no version yet; `xiangyin run` makes the first")
    if versions and latest is None:
        print("the files in the folder are no version: not taken up yet, or faulty (`xiangyin validate` tells)")
    if as_json:
        listed = [{"number": one.number, "id": one.id, "at": one.at, "origin": one.origin} for one in versions]
        print_json({"versions": listed, "in_folder": None if latest is None else latest.number})


def _row(version: Version, note: str) -> tuple[str, str, str, str, str]:
    at = datetime.fromtimestamp(version.at).strftime("%Y-%m-%d %H:%M:%S")
    return str(version.number), at, version.origin, version.id, note


def _diff(archive: Archive, old: int, new: int, as_json: bool) -> None:
    from deploy.versions.comparing import compare

    changes = compare(archive.content(archive.version(old)), archive.content(archive.version(new)))
    if not changes:
        print(f"versions {old} and {new} have the same files")
    for change in changes:
        print(coloured(f"{change.path}: {change.kind}, +{change.added} -{change.removed}", "bold"))
        for line in change.lines or ("(not shown: it may hold passwords)",):
            colour = COLOURS.get(line[:1])
            print(coloured(line, colour) if colour else line)
    if as_json:
        print_json({"changes": [_as_json(change) for change in changes]})


def _as_json(change: FileChange) -> dict[str, Any]:
    return {"file": change.path, "kind": change.kind, "added": change.added, "removed": change.removed}


def _roll_back(archive: Archive, number: int, folder: Path, as_json: bool) -> None:
    from deploy.versions.rolling_back import roll_back_files

    version = roll_back_files(archive, number, folder)
    print(f"the files of version {number} are in the folder again, as version {version.number}; a running gateway takes them up")
    if as_json:
        print_json({"version": version.number, "of": number})
