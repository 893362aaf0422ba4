"""Opening a bot that is to be kept at the state of its folder."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path

from deploy.bot_models import ReadyParser, at_hand, cache_folder, parser_for
from deploy.bot_parts import Shared
from deploy.versions.archive import Archive, Version, VersionsError
from deploy.versions.folder import Watch, signature
from deploy.versions.live import LiveBot
from deploy.versions.loading import Candidate, ChangingError, Opened, open_archived, open_candidate, read_candidate
from deploy.versions.reloading import Reloader
from dialogue.bot_files import BotFaults

log = logging.getLogger(__name__)

NOT_KEPT = 0
"""The number of a version that could not be kept."""
READINGS, PAUSE_S = 10, 0.5
"""Tries to read a folder that is being written to, and the pause between two."""
Progress = Callable[[str], None]


def versions_of(folder: Path) -> Archive:
    """Where the versions of a bot lie: BOT/.xiangyin/versions."""
    return Archive(cache_folder(folder) / "versions")


def open_live(
    folder: Path,
    store_url: str | None = None,
    progress: Progress = lambda _line: None,
    clock: Callable[[], float] = time.time,
) -> Reloader:
    """Open a bot, its understanding trained if need be. `live` of the Reloader is the bot; close that after the Reloader.

    Where the files are faulty the newest version that ran is opened, and goes on until they are put right. Raises BotFaults
    where there is none, StoreError, LocksError, TrainingError, ModelError.
    """
    archive = versions_of(folder)
    watch = Watch.of(signature(folder), time.monotonic())
    try:
        candidate = _read(folder)
    except BotFaults as faults:
        return _opened_again(folder, archive, store_url, faults, progress)
    ready = at_hand(candidate.bot) or ReadyParser(parser_for(candidate.bot, progress))
    shared = Shared.of(candidate.bot, store_url, clock)
    opened = open_candidate(candidate, ready, shared)
    reloader = Reloader(LiveBot(folder, shared, archive, clock), watch)
    reloader.live.take(opened, _kept(archive, opened))
    if opened.waits_for_training:
        progress("an older model stands in until the new sentences are trained in full, in the background")
        reloader.train(candidate)
    return reloader


def _read(folder: Path) -> Candidate:
    """Raises BotFaults."""
    for _ in range(READINGS):
        try:
            return read_candidate(folder)
        except ChangingError:
            time.sleep(PAUSE_S)
    return read_candidate(folder)


def _kept(archive: Archive, opened: Opened) -> Version:
    """The version's number; a bot whose versions cannot be kept talks all the same."""
    try:
        return archive.record(opened.files, opened.id, "start")
    except VersionsError as fault:
        log.warning("%s; there is no way back to this version", fault)
        return Version(NOT_KEPT, opened.id, time.time(), "not kept", {})


def _opened_again(folder: Path, archive: Archive, store_url: str | None, faults: BotFaults, progress: Progress) -> Reloader:
    """The newest version that ran. Raises the faults where there is none that can be opened."""
    watch = Watch.of(signature(folder), time.monotonic())
    try:
        version = archive.latest_that_ran()
        opened = None if version is None else open_archived(archive, version, folder, lambda bot: Shared.of(bot, store_url))
    except (VersionsError, BotFaults):
        raise faults from None
    if version is None or opened is None:
        raise faults
    shared = Shared(opened.parts.store, opened.parts.locks, opened.parts.adapters)
    reloader = Reloader(LiveBot(folder, shared, archive), watch)
    reloader.live.take(opened, version)
    reloader.refuse(tuple(str(fault) for fault in faults.faults))
    progress(f"{faults}\nversion {version.number} runs on until this is put right")
    return reloader
