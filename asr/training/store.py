"""Features of many clips, computed once into one half-precision array on disk: 100,000 clips of 3 s are 2.4 GB there."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from asr.audio import read_audio
from asr.features import MelSettings, log_mel
from asr.manifest import Clip

_THREADS = 2  # reading and the Fourier transform leave the interpreter's lock
_AHEAD = 64  # clips in the making: what is in memory stays small, however many there are


@dataclass(frozen=True, slots=True)
class FeatureStore:
    """Features laid end to end, half precision: `frames` (total, n_mels); clip i is frames[starts[i]:starts[i + 1]]."""

    frames: NDArray[np.float16]
    starts: NDArray[np.int64]

    def mel(self, index: int) -> NDArray[np.float32]:
        """(frames, n_mels) of one clip."""
        return self.frames[self.starts[index] : self.starts[index + 1]].astype(np.float32)

    def length(self, index: int) -> int:
        """Frames of one clip."""
        return int(self.starts[index + 1] - self.starts[index])


def extract_features(clips: Sequence[Clip], settings: MelSettings, cache: Path) -> FeatureStore:
    """Features of all clips, kept in the folder `cache`; a second call with the same clips and settings reads them from there."""
    key = hashlib.sha256(repr((settings, [(str(c.audio), c.duration_s) for c in clips])).encode()).hexdigest()
    frames_file, starts_file, key_file = cache / "frames.f16", cache / "starts.npy", cache / "key"
    if not (key_file.exists() and key_file.read_text() == key):
        cache.mkdir(parents=True, exist_ok=True)
        key_file.unlink(missing_ok=True)
        with frames_file.open("wb") as file:
            lengths = []
            for mel in _in_turn(clips, lambda clip: log_mel(read_audio(clip.audio), settings)):
                file.write(np.ascontiguousarray(mel.T, dtype=np.float16).tobytes())
                lengths.append(mel.shape[1])
        np.save(starts_file, np.cumsum([0, *lengths], dtype=np.int64))
        key_file.write_text(key)
    starts = np.load(starts_file)
    if not starts[-1]:
        return FeatureStore(np.empty((0, settings.n_mels), np.float16), starts)
    return FeatureStore(np.memmap(frames_file, np.float16, "r", shape=(int(starts[-1]), settings.n_mels)), starts)


def _in_turn(clips: Sequence[Clip], one: Callable[[Clip], NDArray[np.float32]]) -> Iterator[NDArray[np.float32]]:
    """What `one` makes of each clip, in order, a few of them in the making."""
    making: deque[Future[NDArray[np.float32]]] = deque()
    with (
        ThreadPoolExecutor(_THREADS) as pool,
        tqdm(total=len(clips), desc="features", unit="clip", smoothing=0, disable=None) as bar,
    ):
        for clip in clips:
            making.append(pool.submit(one, clip))
            if len(making) >= _AHEAD:
                yield making.popleft().result()
                bar.update()
        while making:
            yield making.popleft().result()
            bar.update()
