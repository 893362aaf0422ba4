"""The versions of a bot's files: BOT/.xiangyin/versions/NUMBER.json tells what is in one, objects/ holds the files by their hash.

A version is whole or not there: its files lie in objects/ before its manifest is linked into place under a number that nobody
else has. Several processes may share the folder.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import json
import logging
import os
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from dialogue.bot_files import hash_of

log = logging.getLogger(__name__)

KEPT = 200
"""Versions that stay: months of daily changes. An older one goes, and what it alone held."""
YOUNG_S = 3600.0
"""A file so young may belong to a version that another process is about to write."""
SET_ASIDE = "set aside"
"""The origin of files that a rollback replaced and that no gateway had taken up: kept, but they never ran."""


class VersionsError(ValueError):
    """A version that is not there, or an archive that cannot be read or written; one line that says which and why."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version. `id` is what events are marked with: the hash of the files, and behind a '~' the older model that stood in."""

    number: int
    id: str
    at: float
    """Seconds since 1970."""
    origin: str
    files: Mapping[str, str]
    """SHA-256 of each file by its path in the bot's folder."""

    @property
    def files_id(self) -> str:
        """The hash of the files alone."""
        return self.id.partition("~")[0]


class Archive:
    """All versions of one bot."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self.folder = folder
        self._objects = folder / "objects"
        self._clock = clock
        self._passed_over: set[int] = set()

    def record(self, files: Mapping[str, bytes], id_: str, origin: str) -> Version:
        """Keep a version; the latest one again where nothing is new. Raises VersionsError."""
        latest = self.latest()
        if latest is not None and latest.id == id_ and latest.origin != SET_ASIDE:
            return latest
        try:
            self._objects.mkdir(parents=True, exist_ok=True, mode=0o700)
            hashes = {name: self._keep(content) for name, content in sorted(files.items())}
            number = max(self._numbers(), default=0)
            while True:
                number += 1
                version = Version(number, id_, self._clock(), origin, hashes)
                if self._link(version):
                    break
        except OSError as fault:
            raise VersionsError(f"{self.folder}: the version cannot be kept: {fault.strerror}") from None
        self._tidy()
        return version

    def versions(self) -> tuple[Version, ...]:
        """All versions that can be read, the newest first; a damaged one is passed over, and logged once."""
        return tuple(self._readable())

    def latest(self) -> Version | None:
        """The newest one that can be read; None before the first."""
        return next(self._readable(), None)

    def latest_that_ran(self) -> Version | None:
        """The newest one that a gateway had taken up."""
        return next((version for version in self._readable() if version.origin != SET_ASIDE), None)

    def version(self, number: int) -> Version:
        """The version of that number. Raises VersionsError."""
        if number not in self._numbers():
            numbers = sorted(self._numbers())
            there = f"there are {numbers[0]} to {numbers[-1]}" if numbers else "there is none yet; `xiangyin run` makes the first"
            raise VersionsError(f"{self.folder}: no version {number}; {there}")
        return self._read(number)

    def with_id(self, id_: str) -> Version | None:
        """The newest version with these files, None where they were never kept."""
        wanted = id_.partition("~")[0]
        return next((version for version in self._readable() if version.files_id == wanted), None)

    def content(self, version: Version) -> dict[str, bytes]:
        """The files of a version. Raises VersionsError where one is missing or damaged."""
        found = {name: self._content(version, name, digest) for name, digest in version.files.items()}
        if hash_of(found) != version.files_id:
            raise VersionsError(
                f"{self.folder}: version {version.number} is damaged: its files are not those of {version.files_id}"
            )
        return found

    def _content(self, version: Version, name: str, digest: str) -> bytes:
        try:
            content = gzip.decompress((self._objects / f"{digest}.gz").read_bytes())
        except (OSError, EOFError, zlib.error) as fault:
            raise VersionsError(f"{self.folder}: version {version.number} lacks its {name}: {fault}") from None
        return content

    def _numbers(self) -> set[int]:
        if not self.folder.is_dir():
            return set()
        return {int(path.stem) for path in self.folder.glob("*.json") if path.stem.isdigit()}

    def _readable(self) -> Iterator[Version]:
        """The newest first."""
        for number in sorted(self._numbers(), reverse=True):
            try:
                yield self._read(number)
            except VersionsError as fault:
                if number not in self._passed_over:
                    self._passed_over.add(number)
                    log.warning("%s; it is passed over", fault)

    def _read(self, number: int) -> Version:
        try:
            version = Version(**json.loads((self.folder / f"{number}.json").read_text(encoding="utf-8")))
            if version.number != number or not isinstance(version.id, str) or not isinstance(version.files, dict):
                raise ValueError("it does not tell of this version")
            return version
        except (OSError, ValueError, TypeError) as fault:
            raise VersionsError(f"{self.folder / f'{number}.json'}: the version cannot be read: {fault}") from None

    def _keep(self, content: bytes) -> str:
        digest = hashlib.sha256(content).hexdigest()
        path = self._objects / f"{digest}.gz"
        if self._holds(path, content):
            os.utime(path)  # wanted again: not to be tidied away before the manifest is there
        else:
            self._written(gzip.compress(content, mtime=0)).replace(path)
        return digest

    def _holds(self, path: Path, content: bytes) -> bool:
        """Whether the file is there and whole."""
        try:
            return gzip.decompress(path.read_bytes()) == content
        except (OSError, EOFError, zlib.error):
            return False

    def _link(self, version: Version) -> bool:
        """Put the manifest in place, unless another process took the number first."""
        written = self._written(json.dumps(asdict(version), ensure_ascii=False, indent=1).encode())
        try:
            (self.folder / f"{version.number}.json").hardlink_to(written)
        except FileExistsError:
            return False
        finally:
            written.unlink()
        return True

    def _written(self, content: bytes) -> Path:
        """A file of this content, on the disk, under a name of its own."""
        handle, name = tempfile.mkstemp(prefix="writing-", dir=self._objects)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
        return Path(name)

    def _tidy(self) -> None:
        """Let the oldest versions go, and files that none of the others holds."""
        gone = sorted(self._numbers(), reverse=True)[KEPT:]
        if not gone:
            return
        for number in gone:
            (self.folder / f"{number}.json").unlink(missing_ok=True)
        kept = self.versions()
        if len(kept) < len(self._numbers()):
            return  # what a version holds that cannot be read just now is not known
        held = {f"{digest}.gz" for version in kept for digest in version.files.values()}
        for path in self._objects.iterdir():
            with contextlib.suppress(OSError):  # another process was faster
                if path.name not in held and self._clock() - path.stat().st_mtime > YOUNG_S:
                    path.unlink(missing_ok=True)
