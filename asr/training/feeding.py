"""The batches of a pass, prepared ahead: features from the cache, or of sound that is augmented anew, at random places of the
window.

All chance comes from seed, pass and index, so the same run hears the same, however many processes prepare it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch.utils.data import DataLoader, Dataset

from asr.audio import read_audio
from asr.features import MelSettings, log_mel
from asr.manifest import Clip
from asr.training.batches import Batch, Context, Labels, collate
from asr.training.settings import AsrTraining, AugmentSound
from asr.training.store import FeatureStore

_BEFORE_S = 0.6
"""The longest silence before a clip: a turn is cut out with no more than that."""


@dataclass(frozen=True, slots=True)
class Source:
    """What batches are made of: `window` is the model's context in frames, `end` the end token."""

    clips: Sequence[Clip]
    store: FeatureStore
    labels: Labels
    mel: MelSettings
    window: int
    end: int
    augment: AugmentSound | None = None


class Feed(Dataset[Batch]):
    """Batch i of a pass. Holds no state that a worker's copy could change."""

    def __init__(self, source: Source, config: AsrTraining, batches: Sequence[Sequence[int]], epoch: int) -> None:
        self._source = source
        self._config = config
        self._batches = batches
        self._epoch = epoch

    def __len__(self) -> int:
        return len(self._batches)

    def __getitem__(self, number: int) -> Batch:
        if number >= len(self._batches):
            raise IndexError(number)  # ends an iteration
        indices = self._batches[number]
        mels = [self._mel(index) for index in indices]
        rng = np.random.default_rng([self._config.seed, self._epoch, indices[0], len(self._source.clips)])
        context = self._context(max(len(mel) for mel in mels), rng)
        return collate(indices, mels, self._source.labels, self._source.end, context)

    def _mel(self, index: int) -> NDArray[np.float32]:
        source, share = self._source, self._config.augment_share
        rng = np.random.default_rng([self._config.seed, self._epoch, index])
        if source.augment is None or rng.random() >= share:
            return source.store.mel(index)
        samples, _ = source.augment(read_audio(source.clips[index].audio), rng)
        mel = log_mel(samples, source.mel).T
        return mel if len(mel) <= source.window else source.store.mel(index)

    def _context(self, frames: int, rng: np.random.Generator) -> Context:
        window = self._source.window
        if rng.random() >= self._config.context_share or frames >= window:
            return Context()
        before = int(min(rng.uniform(0, _BEFORE_S / self._source.mel.frame_s), window - frames))
        whole = int(math.exp(rng.uniform(math.log(before + frames), math.log(window))))
        return Context(before, whole, int(rng.uniform(0, (window - whole) // 2 + 1)))


def batches_of(feed: Feed, workers: int) -> Iterator[Batch]:
    """The batches in order, `workers` processes preparing them ahead (none: they are made when they are wanted)."""
    if not workers:
        yield from (feed[number] for number in range(len(feed)))
        return
    loader = DataLoader(feed, batch_size=None, num_workers=workers, prefetch_factor=4, collate_fn=_as_it_is)
    yield from loader


def _as_it_is(batch: Any) -> Any:  # Any: the loader's type allows lists of examples only
    return batch


def share_of_process(batches: Sequence[list[int]], process: int, processes: int) -> list[list[int]]:
    """The batches of one of several processes; all get equally many."""
    whole = len(batches) // processes * processes
    return list(batches[:whole][process::processes]) if whole else list(batches[:1])
