"""Clips within tar files: a path may go through one, `audio/00012.tar/0003021.flac`, and is read without unpacking."""

from __future__ import annotations

import tarfile
from functools import lru_cache
from pathlib import Path

SUFFIX = ".tar"
_OPEN = 1024
"""Indexes of so many tar files are kept; one of 250 clips takes 20 kB."""


class ShardError(ValueError):
    """A tar file that is missing or damaged, or holds no such clip; the message says which."""


def shard_of(path: Path) -> Path | None:
    """The tar file that `path` goes through; None for a path of plain folders."""
    return next((parent for parent in path.parents if parent.suffix == SUFFIX and parent.is_file()), None)


def read_member(path: Path, shard: Path) -> bytes:
    """The bytes of the clip at `path`, a path through `shard`. Raises ShardError."""
    name = path.relative_to(shard).as_posix()
    try:
        place = _index(shard, shard.stat().st_mtime_ns).get(name)
        if place is None:
            raise ShardError(f"{shard}: holds no clip {name!r}; make the corpus anew")
        with shard.open("rb") as file:
            file.seek(place[0])
            return file.read(place[1])
    except (OSError, tarfile.TarError) as fault:
        raise ShardError(f"{shard}: not a tar file that can be read ({fault}); make the corpus anew") from None


@lru_cache(maxsize=_OPEN)
def _index(shard: Path, _changed: int) -> dict[str, tuple[int, int]]:
    """Name -> offset and length of each file in the tar."""
    with tarfile.open(shard, "r:") as tar:
        return {member.name: (member.offset_data, member.size) for member in tar if member.isfile()}
