"""What is different between two versions, file by file and line by line."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

SECRET = ("credentials", "endpoints")
"""Names of files, wherever they lie, that may hold passwords: that they changed is told, not what."""


@dataclass(frozen=True, slots=True)
class FileChange:
    """One file that differs. `lines` are those of a unified diff, without its two heads."""

    path: str
    kind: Literal["added", "removed", "changed"]
    added: int
    removed: int
    lines: tuple[str, ...] = ()


def compare(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> tuple[FileChange, ...]:
    """Every file that differs, by path."""
    return tuple(_change(path, old.get(path), new.get(path)) for path in sorted({*old, *new}) if old.get(path) != new.get(path))


def _change(path: str, old: bytes | None, new: bytes | None) -> FileChange:
    lines = list(difflib.unified_diff(_lines(old), _lines(new), lineterm="", n=2))[2:]
    added = sum(line.startswith("+") for line in lines)
    removed = sum(line.startswith("-") for line in lines)
    kind: Literal["added", "removed", "changed"] = "added" if old is None else "removed" if new is None else "changed"
    return FileChange(path, kind, added, removed, () if PurePosixPath(path).stem in SECRET else tuple(lines))


def _lines(content: bytes | None) -> list[str]:
    return [] if content is None else content.decode("utf-8", errors="replace").splitlines()
