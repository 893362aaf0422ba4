"""Features of many clips, computed once into one half-precision array on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from asr.audio import read_audio
from asr.features import MelSettings, log_mel
from asr.manifest import Clip
from asr.training.settings import AugmentSound

_THREADS = 2  # reading and the Fourier transform leave the interpreter's lock


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
    frames_file, starts_file, key_file = cache / "frames.npy", cache / "starts.npy", cache / "key"
    if not (key_file.exists() and key_file.read_text() == key):
        cache.mkdir(parents=True, exist_ok=True)
        store = _extract(clips, lambda index: log_mel(read_audio(clips[index].audio), settings), "features")
        np.save(frames_file, store.frames)
        np.save(starts_file, store.starts)
        key_file.write_text(key)
    return FeatureStore(np.load(frames_file, mmap_mode="r"), np.load(starts_file))


def augmented_features(clips: Sequence[Clip], settings: MelSettings, augment: AugmentSound, seed: int) -> FeatureStore:
    """Features of one augmented copy of every clip, in memory; the same seed gives the same copies."""

    def one(index: int) -> NDArray[np.float32]:
        samples, _ = augment(read_audio(clips[index].audio), np.random.default_rng([seed, index]))
        return log_mel(samples, settings)

    return _extract(clips, one, "augmented")


def _extract(clips: Sequence[Clip], one: Callable[[int], NDArray[np.float32]], what: str) -> FeatureStore:
    with ThreadPoolExecutor(_THREADS) as pool:
        found = pool.map(lambda index: one(index).T.astype(np.float16), range(len(clips)))
        mels = list(tqdm(found, total=len(clips), desc=what, unit="clip", smoothing=0, disable=None))
    return FeatureStore(np.concatenate(mels), np.cumsum([0, *(len(mel) for mel in mels)], dtype=np.int64))
