"""A bot's folder as it lies on the disk: looked at without reading it, read as one, put back."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.versions.archive import VersionsError
from dialogue.bot_files import bot_paths

Signature = Mapping[str, tuple[int, int, int]]
"""Time of change (ns), size and inode of each file by its path: an editor that writes beside and renames changes the inode."""

QUIET_S = 0.3
"""So long nothing may change before the files count as saved: editors write several files in one go."""
MISSED_S = 1.5
"""The same where a file is gone: some editors take it away and write it anew."""


def signature(folder: Path) -> Signature:
    """How the bot's files look now."""
    found = {}
    for path in bot_paths(folder):
        with contextlib.suppress(OSError):  # gone since it was listed
            stat = path.stat()
            found[path.relative_to(folder).as_posix()] = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
    return found


def read_files(folder: Path) -> dict[str, bytes]:
    """The content of every file of the bot. Raises OSError."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in bot_paths(folder)}


@dataclass(slots=True)
class Watch:
    """Tells from looks at a folder when a change is through. Times are any clock's seconds."""

    taken: Signature
    """The files as they were taken up."""
    seen: Signature
    since: float
    """When they were first seen as they are."""

    @classmethod
    def of(cls, taken: Signature, now: float) -> Watch:
        return cls(taken, taken, now)

    def look(self, found: Signature, now: float) -> bool:
        """Whether the files differ from those taken up, and have been still for long enough."""
        if found != self.seen:
            self.seen, self.since = found, now
        if found == self.taken:
            return False
        still_s = QUIET_S if self.taken.keys() <= found.keys() else MISSED_S
        return now - self.since >= still_s


def put_back(files: Mapping[str, bytes], folder: Path) -> None:
    """Make the bot's files these ones: new and old are written beside first, then the new renamed at once.

    Raises VersionsError; the files are then as they were, unless it says which are not.
    """
    new: dict[Path, Path] = {}
    old: dict[Path, Path] = {}
    try:
        present = read_files(folder)
        for name in sorted({*present, *files}):
            if present.get(name) == files.get(name):
                continue
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if name in present:
                old[path] = _beside(path, present[name])
            if name in files:
                new[path] = _beside(path, files[name])
        _exchange(old, new)
    except OSError as fault:
        what = f"the files cannot be put back ({fault.strerror}); do it where they come from"
        raise VersionsError(f"{fault.filename2 or fault.filename or folder}: {what}") from None
    finally:
        for beside in (*old.values(), *new.values()):
            beside.unlink(missing_ok=True)


def _exchange(old: Mapping[Path, Path], new: Mapping[Path, Path]) -> None:
    """Rename the new files into place, or the old ones again. Raises OSError; VersionsError for the latter."""
    done: list[Path] = []
    try:
        for path in sorted({*old, *new}):
            _settle(path, new.get(path))
            done.append(path)
    except OSError:
        left = [path for path in done if not _settled(path, old.get(path))]
        if left:
            told = ", ".join(str(path) for path in left)
            raise VersionsError(f"the files could be put back only in part; these are changed: {told}") from None
        raise


def _settled(path: Path, beside: Path | None) -> bool:
    try:
        _settle(path, beside)
    except OSError:
        return False
    return True


def _settle(path: Path, beside: Path | None) -> None:
    """Make it the file that lies beside; None: no file."""
    if beside is None:
        path.unlink()
    else:
        beside.replace(path)


def _beside(path: Path, content: bytes) -> Path:
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    handle, name = tempfile.mkstemp(prefix=".", suffix=".writing", dir=path.parent)
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(mode)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    return beside
