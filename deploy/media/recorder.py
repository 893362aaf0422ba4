"""The recording of a call: a stereo WAV, the caller left, the bot right, written while the call goes on."""

from __future__ import annotations

import logging
import wave
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

import numpy as np

from deploy.media.transport import Sound

log = logging.getLogger(__name__)

WRITE_S = 1.0
"""Sound kept in memory before it is written; what a power cut may cost."""
GAP_S = 0.2
"""A caller's sound that is later than this left a gap in the line; less is the network's jitter."""


class Recorder(Protocol):
    """Is told what was heard on both sides, and when (the loop's clock)."""

    def caller(self, samples: Sound, at: float, /) -> None:
        """Sound that ended at `at`."""
        ...

    def bot(self, samples: Sound, at: float, /) -> None:
        """Sound that begins at `at`, which may be a little ahead of now."""
        ...

    def cut(self, at: float, /) -> None:
        """What the bot was to say after `at` was not heard."""
        ...

    def close(self) -> None: ...


class NoRecorder:
    """For calls that nobody asked to keep."""

    def caller(self, _samples: Sound, _at: float, /) -> None:
        return

    def bot(self, _samples: Sound, _at: float, /) -> None:
        return

    def cut(self, _at: float, /) -> None:
        return

    def close(self) -> None:
        return


class Recorders:
    """Tells several."""

    def __init__(self, *recorders: Recorder) -> None:
        self._recorders = recorders

    def caller(self, samples: Sound, at: float, /) -> None:
        for recorder in self._recorders:
            recorder.caller(samples, at)

    def bot(self, samples: Sound, at: float, /) -> None:
        for recorder in self._recorders:
            recorder.bot(samples, at)

    def cut(self, at: float, /) -> None:
        for recorder in self._recorders:
            recorder.cut(at)

    def close(self) -> None:
        for recorder in self._recorders:
            recorder.close()


class WavRecorder:
    """Writes as it goes, in a thread; the file is whole after every write, whatever happens to the process."""

    def __init__(self, path: Path, rate_hz: int, started_at: float) -> None:
        """Raises OSError where the file cannot be written."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = wave.open(str(path), "wb")  # noqa: SIM115  closed by close()
        self._file.setparams((2, 2, rate_hz, 0, "NONE", ""))
        self._rate_hz = rate_hz
        self._started_at = started_at
        self._left = np.zeros(0, np.float32)
        self._right = np.zeros(0, np.float32)
        self._written = 0
        self._disk = ThreadPoolExecutor(1, "recording")  # a slow disk must not make the call stutter

    def caller(self, samples: Sound, at: float, /) -> None:
        gap = self._position(at) - len(samples) - self._written - len(self._left)
        if gap > GAP_S * self._rate_hz:
            self._left = np.concatenate([self._left, np.zeros(gap, np.float32)])
        self._left = np.concatenate([self._left, samples])
        if len(self._left) >= WRITE_S * self._rate_hz:
            self._write(len(self._left))

    def bot(self, samples: Sound, at: float, /) -> None:
        begin = max(self._position(at) - self._written, 0)
        end = begin + len(samples)
        if end > len(self._right):
            self._right = np.concatenate([self._right, np.zeros(end - len(self._right), np.float32)])
        self._right[begin:end] = samples

    def cut(self, at: float, /) -> None:
        self._right = self._right[: max(self._position(at) - self._written, 0)]

    def close(self) -> None:
        self._write(max(len(self._left), len(self._right)))
        self._disk.submit(self._file.close)
        self._disk.shutdown()

    def flush(self) -> None:
        """Wait until what was handed over for writing is written."""
        self._disk.submit(int).result()

    def _write(self, count: int) -> None:
        stereo = np.zeros((count, 2), np.float32)
        for side, sound in enumerate((self._left, self._right)):
            stereo[: len(sound), side] = sound[:count]
        self._disk.submit(self._keep, (np.clip(stereo, -1.0, 1.0) * 32767.0).astype("<i2").tobytes())
        self._left, self._right = self._left[count:], self._right[count:]
        self._written += count

    def _keep(self, data: bytes) -> None:
        try:
            self._file.writeframes(data)
        except OSError as fault:  # a full disk ends the recording, not the call
            log.error("recording lost %d bytes: %s", len(data), fault.strerror)

    def _position(self, at: float) -> int:
        return round((at - self._started_at) * self._rate_hz)
