"""The clips of a training run: manifests read, filtered, and parted into what is trained on and what is only listened to."""

from __future__ import annotations

import logging
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from asr.manifest import Clip, held_out, read_manifest, without_tones
from asr.training.settings import AsrTraining, Pronounce

log = logging.getLogger(__name__)


class TrainingError(ValueError):
    """A corpus that cannot be trained on."""


@dataclass(frozen=True, slots=True)
class Corpora:
    """`training` with the manifest that each clip is from (`owners`), `validation`, and `spoken`: all clips with the tones of
    their phones, from which pronunciations are learnt."""

    training: tuple[Clip, ...]
    owners: tuple[int, ...]
    validation: tuple[Clip, ...]
    spoken: tuple[Clip, ...]

    @property
    def size(self) -> int:
        return len(self.training) + len(self.validation)


def read_corpora(config: AsrTraining, pronounce: Pronounce | None = None) -> Corpora:
    """Recordings whose manifest has no phones get those of `pronounce`. Raises ManifestError, and TrainingError when nothing is
    left to train on."""
    read = [(clip, owner) for owner, manifest in enumerate(config.manifests) for clip in _clips(manifest, config, pronounce)]
    short = [(clip, owner) for clip, owner in read if clip.duration_s <= config.longest_s]
    if not any(clip.text for clip, _ in short):
        among = f" of {', '.join(config.dialects)}" if config.dialects else ""
        raise TrainingError(f"no clip{among} with text is {config.longest_s:g} s or shorter; nothing to train on")
    log.info("%d clips, %d left out as longer than %g s", len(short), len(read) - len(short), config.longest_s)
    validation = _aside(short, config)
    aside = {clip.audio for clip in validation}
    training = [(clip, owner) for clip, owner in short if clip.audio not in aside]
    return Corpora(
        training=tuple(_plain(clip, config) for clip, _ in training),
        owners=tuple(owner for _, owner in training),
        validation=tuple(_plain(clip, config) for clip in validation),
        spoken=tuple(clip for clip, _ in short),
    )


def _clips(manifest: Path, config: AsrTraining, pronounce: Pronounce | None) -> list[Clip]:
    clips = [clip for clip in read_manifest(manifest) if not config.dialects or clip.dialect in config.dialects]
    if config.most_clips is not None and len(clips) > config.most_clips:
        clips = random.Random(config.seed).sample(clips, config.most_clips)
    return [_with_phones(clip, pronounce) for clip in clips]


def _with_phones(clip: Clip, pronounce: Pronounce | None) -> Clip:
    if pronounce is None or clip.phones or not clip.text:
        return clip
    return replace(clip, phones=pronounce(clip.text, clip.dialect))


def _aside(clips: Sequence[tuple[Clip, int]], config: AsrTraining) -> list[Clip]:
    """Clips that are only listened to: equally many of each manifest, a tenth of it at the most."""
    count = math.ceil(config.validation_clips / len(config.manifests))
    owned = ([clip for clip, whose in clips if whose == owner] for owner in range(len(config.manifests)))
    return [clip for corpus in owned for clip in held_out(corpus, count)[1]]


def _plain(clip: Clip, config: AsrTraining) -> Clip:
    return clip if config.phone_tones or config.tones else without_tones(clip)
