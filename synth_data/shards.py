"""Writes the clips of a shard: FLAC in one tar file, or as files of a folder. Same clips, same bytes."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path
from types import TracebackType
from typing import Literal

import numpy as np

from synth_data.augmentation import RATE_HZ, Samples

Storage = Literal["tar", "files"]


class ShardWriter:
    """One shard of a corpus in `folder`; used with `with`. A tar appears under its name only when it is whole."""

    def __init__(self, folder: Path, shard: int, storage: Storage) -> None:
        self._folder = folder
        self._name = f"audio/{shard:05d}"
        self._tar: tarfile.TarFile | None = None
        (folder / "audio").mkdir(parents=True, exist_ok=True)
        if storage == "tar":
            self._tar = tarfile.open(self._unfinished, "w", format=tarfile.USTAR_FORMAT)  # noqa: SIM115 - closed in __exit__
        else:
            (folder / self._name).mkdir(exist_ok=True)

    @property
    def _unfinished(self) -> Path:
        return self._folder / f"{self._name}.part"

    def __enter__(self) -> ShardWriter:
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        if self._tar is None:
            return
        self._tar.close()
        if kind is None:
            self._unfinished.replace(self._folder / f"{self._name}.tar")

    def write(self, index: int, samples: Samples) -> str:
        """Add clip number `index` as 16 kHz 16-bit FLAC; returns its path from the corpus' folder."""
        data = flac(samples)
        name = f"{index:07d}.flac"
        if self._tar is None:
            path = f"{self._name}/{name}"
            (self._folder / path).write_bytes(data)
            return path
        member = tarfile.TarInfo(name)  # no time and no owner: the same clips make the same file
        member.size = len(data)
        self._tar.addfile(member, io.BytesIO(data))
        return f"{self._name}.tar/{name}"


def flac(samples: Samples) -> bytes:
    """16 kHz 16-bit FLAC."""
    import soundfile

    data = io.BytesIO()
    soundfile.write(data, np.clip(samples, -1, 1), RATE_HZ, format="FLAC", subtype="PCM_16")
    return data.getvalue()
