"""The clips of one shard: drawn, spoken, augmented, written. Clip number i depends on the configuration and on i alone."""

from __future__ import annotations

import json
import multiprocessing
import multiprocessing.connection
import os
import threading
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import numpy as np

from synth_data.augmentation import RATE_HZ, Augment, Samples, nothing_said
from synth_data.cast import RECORDED, Actor, CannotSayError, Line, actors_of, available_voices
from synth_data.conditions import settings_of
from synth_data.phonology import PronunciationError, Spoken, draw_accent, pronounce
from synth_data.plan import Cell, plan_of
from synth_data.shards import ShardWriter
from synth_data.speech import Speech
from synth_data.texts.draw import Source
from synth_data.texts.grammar import Sentence
from synth_data.texts.llm import FILE as PARAPHRASES
from synth_data.texts.source import source_of

if TYPE_CHECKING:
    from synth_data.corpus import SynthConfig

BABBLE_VOICES = 10
TRIES = 300
MARGIN_S = 0.25
"""At most so much silence before and after speech; a turn detector leaves about that."""
FASTEST_S = 0.14
"""A syllable of the fastest speaker: sentences that are too long even so are not spoken at all."""


@dataclass(frozen=True, slots=True)
class Clip:
    """One line of a manifest. `condition` is the name of what it was made under."""

    audio: str
    text: str
    dialect: str
    speaker: str
    voice: str
    duration_s: float
    phones: tuple[str, ...]
    template: str
    slots: str
    condition: str
    augment: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence as spoken in the clear, at 16 kHz, silence before and after included."""

    samples: Samples
    text: str
    speaker: str
    phones: tuple[str, ...]
    template: str
    slots: str


def make_shard(config: SynthConfig, shard: int, reserved: frozenset[str]) -> int:
    """Make the clips of a shard and then its part of the manifest. Returns its number."""
    from synth_data.corpus import SHARD, part_file, shard_size

    maker = _maker(config, reserved)
    first = shard * SHARD
    with ShardWriter(config.output_dir, shard, config.storage) as writer:
        clips = [maker.make(index, writer) for index in range(first, first + shard_size(config, shard))]
    part = part_file(config.output_dir, shard)
    unfinished = part.with_suffix(".tmp")
    unfinished.write_text("".join(f"{json.dumps(asdict(clip), ensure_ascii=False)}\n" for clip in clips), "utf-8")
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
    """What every clip of a configuration shares: sentences, voices, babble and what is done to the clips."""

    def __init__(self, config: SynthConfig, source: Source) -> None:
        self.config = config
        self.source = source
        self.actors: dict[str, Actor] = actors_of(config)
        voices = available_voices(config)
        self.plan = plan_of(config.dialects, voices, config.conditions, config.silence, config.seed)
        babble = tuple(self._babble(index, voices) for index in range(BABBLE_VOICES))
        self.augment = {name: Augment(settings_of(name, config.augment), babble) for name in config.conditions}

    def make(self, index: int, writer: ShardWriter) -> Clip:
        """Clip number `index`."""
        rng = np.random.default_rng([self.config.seed, 1, index])
        cell = self.plan.cell(index)
        if not cell.voice:
            samples, kind = nothing_said(float(rng.uniform(0.6, 4.0)), rng)
            said = Said(samples, "", "nobody", (), "silence", "")
            done = [kind]
        else:
            said = self._say(cell, rng)
            samples, done = self.augment[cell.condition](said.samples, rng)
        return Clip(
            audio=writer.write(index, samples),
            text=said.text,
            dialect=cell.dialect,
            speaker=said.speaker,
            voice=cell.voice,
            duration_s=round(len(samples) / RATE_HZ, 3),
            phones=said.phones,
            template=said.template,
            slots=said.slots,
            condition=cell.condition,
            augment=tuple(done),
        )

    def close(self) -> None:
        """End the voices' processes."""
        for actor in self.actors.values():
            actor.close()

    def _babble(self, index: int, voices: dict[str, dict[str, float]]) -> Samples:
        """Another person of the split, speaking in the background."""
        rng = np.random.default_rng([self.config.seed, 0, index])
        dialect = list(voices)[index % len(voices)]
        speaking = [voice for voice in voices[dialect] if voice != RECORDED] or [RECORDED]
        return self._say(Cell(dialect, speaking[index % len(speaking)], ""), rng).samples

    def _say(self, cell: Cell, rng: np.random.Generator) -> Said:
        """A sentence, drawn again where it is too long or cannot be said. Raises CannotSayError where none can."""
        config = self.config
        for _ in range(TRIES):
            sentence = self._sentence(cell, rng)
            if len(sentence.written) * FASTEST_S > config.max_duration_s:
                continue
            try:
                accent = draw_accent(cell.dialect, rng, float(rng.uniform(*config.accent)))
                spoken = pronounce(sentence.text, cell.dialect, accent)
                line = Line(sentence.text, spoken, cell.dialect)
                speech, speaker = self.actors[cell.voice].say(line, config.split, rng)
            except (PronunciationError, CannotSayError):
                continue
            if 0 < speech.duration_s + 2 * MARGIN_S <= config.max_duration_s:
                samples = with_margins(trimmed(at_rate(speech)), rng)
                return Said(samples, sentence.written, speaker, phones_of(spoken), sentence.template, sentence.slots)
        raise CannotSayError(f"voices: {cell.voice} could say none of {TRIES} sentences in {cell.dialect}; leave it out")

    def _sentence(self, cell: Cell, rng: np.random.Generator) -> Sentence:
        words = self.actors[cell.voice].words
        if not words:
            return self.source.sample(rng, cell.dialect, self.config.split, self.config.kinds)
        word = words[int(rng.integers(len(words)))]
        return Sentence(word, RECORDED, f"word={word}")


def at_rate(speech: Speech) -> Samples:
    """Its samples at 16 kHz."""
    import soxr

    if speech.rate_hz == RATE_HZ:
        return speech.samples
    samples: Samples = soxr.resample(speech.samples, speech.rate_hz, RATE_HZ, "MQ")
    return samples.astype(np.float32, copy=False)


def with_margins(samples: Samples, rng: np.random.Generator) -> Samples:
    """A little silence before and after."""
    before, after = (np.zeros(int(rng.uniform(0.02, MARGIN_S) * RATE_HZ), np.float32) for _ in range(2))
    return np.concatenate([before, samples, after])


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
        close_makers()
        file = config.output_dir / PARAPHRASES
        source = source_of(config.grammar, config.texts, reserved, file if config.texts.llm else None)
        _makers[key] = ClipMaker(config, source)
    return _makers[key]


def close_makers() -> None:
    """End what this process' shards were made with."""
    for maker in _makers.values():
        maker.close()
    _makers.clear()
