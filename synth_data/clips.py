"""The clips of one shard: drawn, spoken, augmented, written. Clip number i depends on the seed and on i alone."""

from __future__ import annotations

import json
import multiprocessing
import multiprocessing.connection
import os
import threading
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from synth_data.augmentation import RATE_HZ, Augment, Samples, nothing_said
from synth_data.phonology import Spoken, pronounce
from synth_data.speakers import draw_speaker
from synth_data.texts.draw import Source
from synth_data.texts.source import source_of
from synth_data.voices.dialect import speak_dialect
from synth_data.voices.espeak import EspeakEngine

if TYPE_CHECKING:
    from synth_data.corpus import SynthConfig

BABBLE_VOICES = 10
MARGIN_S = 0.25
"""At most so much silence before and after speech; a turn detector leaves about that."""


@dataclass(frozen=True, slots=True)
class Clip:
    """One line of a manifest."""

    audio: str
    text: str
    dialect: str
    speaker: str
    duration_s: float
    phones: tuple[str, ...]
    template: str
    slots: str
    augment: tuple[str, ...]


def make_shard(config: SynthConfig, shard: int, reserved: frozenset[str]) -> int:
    """Make the clips of a shard and then its part of the manifest. Returns its number."""
    from synth_data.corpus import SHARD, part_file, shard_size

    folder = config.output_dir
    (folder / "audio" / f"{shard:05d}").mkdir(parents=True, exist_ok=True)
    maker = _maker(config, reserved)
    first = shard * SHARD
    lines = [
        json.dumps(asdict(maker.make(folder, shard, index)), ensure_ascii=False)
        for index in range(first, first + shard_size(config, shard))
    ]
    part = part_file(folder, shard)
    unfinished = part.with_suffix(".tmp")
    unfinished.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    unfinished.replace(part)
    return shard


def end_with_parent() -> None:
    """Watch the process that started this one: a pool's workers would otherwise outlive a killed parent for ever."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def watch() -> None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


class ClipMaker:
    """What every clip of a configuration shares: grammar, engine and babble."""

    def __init__(self, config: SynthConfig, source: Source) -> None:
        self.config = config
        self.source = source
        self.engine = EspeakEngine()
        babble = tuple(self._speak(np.random.default_rng([config.seed, 0, i]))[0] for i in range(BABBLE_VOICES))
        self.augment = Augment(config.augment, babble)

    def make(self, folder: Path, shard: int, index: int) -> Clip:
        """Clip number `index`, written as 16 kHz 16-bit FLAC."""
        import soundfile

        rng = np.random.default_rng([self.config.seed, 1, index])
        name = f"audio/{shard:05d}/{index:07d}.flac"
        if rng.random() < self.config.silence:
            samples, kind = nothing_said(float(rng.uniform(0.6, 4.0)), rng)
            clip = Clip(name, "", self._dialect(rng), "nobody", round(len(samples) / RATE_HZ, 3), (), "silence", "", (kind,))
        else:
            clean, clip = self._speak(rng)
            samples, done = self.augment(clean, rng)
            duration_s = round(len(samples) / RATE_HZ, 3)
            clip = replace(clip, audio=name, duration_s=duration_s, augment=tuple(done))
        soundfile.write(folder / name, np.clip(samples, -1, 1), RATE_HZ, subtype="PCM_16")
        return clip

    def _speak(self, rng: np.random.Generator) -> tuple[Samples, Clip]:
        """A sentence as spoken in the clear, at 16 kHz; drawn again where it is too long."""
        import soxr

        config = self.config
        dialect = self._dialect(rng)
        while True:
            sentence = self.source.sample(rng, dialect, config.split, config.kinds)
            spoken = pronounce(sentence.text, dialect)
            speaker = draw_speaker(rng, config.split)
            speech = speak_dialect(self.engine, spoken, dialect, speaker, rng)
            if speech.duration_s + 2 * MARGIN_S <= config.max_duration_s:
                break
        sound = trimmed(soxr.resample(speech.samples, speech.rate_hz, RATE_HZ, "MQ").astype(np.float32))
        before, after = (np.zeros(int(rng.uniform(0.02, MARGIN_S) * RATE_HZ), np.float32) for _ in range(2))
        samples = np.concatenate([before, sound, after])
        clip = Clip("", sentence.written, dialect, speaker.variant, 0.0, phones_of(spoken), sentence.template, sentence.slots, ())
        return samples, clip

    def _dialect(self, rng: np.random.Generator) -> str:
        shares = np.array(list(self.config.dialects.values()), float)
        return list(self.config.dialects)[int(rng.choice(len(shares), p=shares / shares.sum()))]


def trimmed(samples: Samples, threshold: float = 0.004) -> Samples:
    """Without the silence that the voice itself leaves before and after."""
    loud = np.flatnonzero(np.abs(samples) > threshold)
    return samples[loud[0] : loud[-1] + 1] if len(loud) else samples


def phones_of(spoken: tuple[Spoken, ...]) -> tuple[str, ...]:
    return tuple(phone for syllable in spoken for phone in syllable.phones)


_makers: dict[str, ClipMaker] = {}
"""One a process: a worker makes many shards of one configuration and starts its engine once."""


def _maker(config: SynthConfig, reserved: frozenset[str]) -> ClipMaker:
    key = repr((config, sorted(reserved)))
    if key not in _makers:
        for old in _makers.values():
            old.engine.close()
        _makers.clear()
        _makers[key] = ClipMaker(config, source_of(config.grammar, config.texts, reserved))
    return _makers[key]
