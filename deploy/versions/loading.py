"""From files to a version that talks."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from deploy.bot_check import load_usable
from deploy.bot_models import ReadyParser, at_hand, cache_folder
from deploy.bot_parts import BotParts, Shared, parts_of
from deploy.versions.archive import Archive, Version
from deploy.versions.folder import read_files
from dialogue.bot_files import Bot, BotFaults, Fault, hash_of
from dialogue.yaml_file import Place

_WARM_UP = "你好"
"""What is loaded at first use is loaded before a customer needs it."""


class ChangingError(Exception):
    """The files changed while they were read; read them again when they are still."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A bot as it was read, and the very files that it was read from."""

    bot: Bot
    files: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Opened:
    """A version ready to talk, before it has a number."""

    parts: BotParts
    files: Mapping[str, bytes]

    @property
    def id(self) -> str:
        return self.parts.version

    @property
    def waits_for_training(self) -> bool:
        """Whether an older model stands in for its own."""
        return "~" in self.id


def read_candidate(folder: Path) -> Candidate:
    """Read the bot's files as they are now. Raises BotFaults, and ChangingError where they don't stay as they are meanwhile."""
    try:
        files = read_files(folder)
        bot = load_usable(folder)
    except FileNotFoundError:
        raise ChangingError from None
    except OSError as fault:
        told = f"cannot be read ({fault.strerror})"
        raise BotFaults([Fault(Place(Path(fault.filename or folder), 1), told, "unreadable")]) from None
    if bot.version != hash_of(files):
        raise ChangingError
    return Candidate(bot, files)


def open_candidate(candidate: Candidate, ready: ReadyParser, shared: Shared) -> Opened:
    """Make a bot ready with a parser that is at hand. Raises BotFaults."""
    ready.parser.parse(_WARM_UP)
    return Opened(parts_of(candidate.bot, ready.parser, shared, version_id(candidate.bot, ready)), candidate.files)


def open_archived(archive: Archive, version: Version, folder: Path, shared: Callable[[Bot], Shared]) -> Opened | None:
    """A version as it was kept; None where its understanding would have to be trained first.

    Raises VersionsError where it is damaged, BotFaults where this release no longer takes its files.
    """
    files = archive.content(version)
    with tempfile.TemporaryDirectory(prefix="xiangyin-version-") as scratch:
        for name, content in files.items():
            path = Path(scratch, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        there = _asking_from(load_usable(Path(scratch)), folder)
        bot = replace(there, folder=folder)  # models and stores are where the bot is
        ready = at_hand(bot)
        if ready is None:
            return None
        parts = parts_of(there, ready.parser, shared(bot), version_id(bot, ready), cache_folder(folder))
    return Opened(replace(parts, bot=bot), files)


def _asking_from(bot: Bot, folder: Path) -> Bot:
    """With the folder of the adapter that understands, if there is one, counted from where the bot is."""
    asked = bot.settings.models.understanding
    if asked is None:
        return bot
    models = replace(bot.settings.models, understanding=replace(asked, folder=str(folder.resolve() / asked.folder)))
    return replace(bot, settings=replace(bot.settings, models=models))


def trained(opened: Opened) -> Opened | None:
    """The same version with its own model; None while there is none."""
    ready = at_hand(opened.parts.bot)
    if ready is None or ready.base:
        return None
    ready.parser.parse(_WARM_UP)
    return replace(opened, parts=replace(opened.parts, parser=ready.parser, version=version_id(opened.parts.bot, ready)))


def version_id(bot: Bot, ready: ReadyParser) -> str:
    """What events are marked with: the hash of the files, and the older model where one stands in."""
    return f"{bot.version}~{ready.base}" if ready.base else bot.version
