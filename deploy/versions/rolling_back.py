"""Bringing the files of an earlier version back into the bot's folder."""

from __future__ import annotations

from pathlib import Path

from deploy.versions.archive import SET_ASIDE, Archive, Version, VersionsError
from deploy.versions.folder import put_back, read_files
from dialogue.bot_files import hash_of


def put_files_back(archive: Archive, number: int, folder: Path) -> Version:
    """Make the bot's files those of a version; files that no version holds are kept as one first. The version they came from.

    Raises VersionsError; the files are then as they were, unless it says which are not.
    """
    version = archive.version(number)
    files = archive.content(version)
    try:
        present = read_files(folder)
    except OSError as fault:
        what = f"cannot be read ({fault.strerror}), so it cannot be kept; nothing was put back"
        raise VersionsError(f"{fault.filename or folder}: {what}") from None
    if archive.with_id(hash_of(present)) is None:
        archive.record(present, hash_of(present), SET_ASIDE)
    put_back(files, folder)
    return version


def roll_back_files(archive: Archive, number: int, folder: Path) -> Version:
    """The same for a bot that may not be running: the version that this makes. A gateway that runs it takes it up by itself."""
    version = put_files_back(archive, number, folder)
    return archive.record(archive.content(version), version.files_id, f"rollback to {number}")
