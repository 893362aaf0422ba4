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
    """Make the bot's files these ones: all are written beside first, then renamed at once. Raises VersionsError."""
    written: dict[Path, Path] = {}
    try:
        present = read_files(folder)
        for name, content in files.items():
            if present.get(name) != content:
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                written[path] = _beside(path, content)
        for path, beside in written.items():
            beside.replace(path)
        for name in present.keys() - files.keys():
            (folder / name).unlink()
    except OSError as fault:
        what = f"the files cannot be put back ({fault.strerror}); do it where they come from"
        raise VersionsError(f"{fault.filename or folder}: {what}") from None
    finally:
        for beside in written.values():
            beside.unlink(missing_ok=True)


def _beside(path: Path, content: bytes) -> Path:
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
    handle, name = tempfile.mkstemp(prefix=".", suffix=".writing", dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside = Path(name)
    beside.chmod(mode)
    return beside
