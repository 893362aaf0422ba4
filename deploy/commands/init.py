"""xiangyin init: a new bot, ready to talk."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from deploy.terminal import add_command


class InitError(ValueError):
    """The folder cannot take a new bot."""


def add(subparsers: Any) -> None:
    """Describe the command."""
    parser = add_command(subparsers, "init", "make a new bot, ready to talk", "xiangyin init my_bot && xiangyin shell my_bot")
    parser.add_argument("folder", type=Path, metavar="DIR", help="where to put it: a folder that is empty or not there yet")


def run(arguments: argparse.Namespace) -> int:
    """Copy the template into DIR."""
    import shutil
    from importlib.resources import as_file, files

    folder: Path = arguments.folder
    if folder.exists() and not folder.is_dir():
        raise InitError(f"{folder}: is a file; name a folder for the new bot")
    if folder.is_dir() and any(folder.iterdir()):
        raise InitError(f"{folder}: is not empty; name a new folder for the new bot")
    with as_file(files("deploy") / "new_bot") as template:
        shutil.copytree(template, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", ".xiangyin"))
    print(f"made a bot in {folder}\n")
    for what, command in (("talk to it", "shell"), ("open it to the browser", "run"), ("run its tests", "test")):
        print(f"  xiangyin {command} {folder}".ljust(40) + f"# {what}")
    return 0
