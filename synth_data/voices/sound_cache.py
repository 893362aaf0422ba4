"""Sounds on disk, so that nothing is paid for or waited for twice."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from synth_data.speech import Speech


@dataclass(frozen=True, slots=True)
class SoundCache:
    """A folder of FLAC files, each named by a hash of all that it was asked with. Threads and processes may share it.

    It is never emptied by itself. It holds what was said: of a call's sentences only those that name nobody belong in.
    """

    folder: Path

    def read(self, asked: Mapping[str, object]) -> Speech | None:
        """What was kept of the same question; a file that can't be read counts as none."""
        import soundfile

        try:
            samples, rate_hz = soundfile.read(self._file(asked), dtype="float32")
        except (soundfile.LibsndfileError, OSError):
            return None
        return Speech(samples, rate_hz)

    def write(self, asked: Mapping[str, object], speech: Speech) -> None:
        """Keep it, whole or not at all."""
        import soundfile

        file = self._file(asked)
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
        soundfile.write(unfinished, speech.samples, speech.rate_hz, format="FLAC", subtype="PCM_16")
        unfinished.replace(file)

    def _file(self, asked: Mapping[str, object]) -> Path:
        key = hashlib.sha256(json.dumps(asked, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
        return self.folder / key[:2] / f"{key}.flac"
