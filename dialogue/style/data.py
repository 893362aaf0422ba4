"""The samples of a style training: read, reported on, split, and as tokens."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dialogue.style.data_report import DataReport, report
from dialogue.style.packing import cut
from dialogue.style.samples import Sample, Turn, read_samples
from dialogue.style.settings import StyleTraining
from dialogue.style.templates import Encoded, encode
from nlu.finetune.datasets import data_files


@dataclass(frozen=True, slots=True)
class StyleData:
    """`training` and `held_out` samples, what is odd about them all, and a hash over them."""

    training: tuple[Sample, ...]
    held_out: tuple[Sample, ...]
    report: DataReport
    digest: str


class StyleDataError(ValueError):
    """The data hold nothing that can be learnt."""


def read_data(config: StyleTraining, tokenizer: Any, end: str, say: Callable[[str], None]) -> StyleData:
    """Read all files that a config names. Raises SampleError, DatasetError and StyleDataError."""
    samples = [sample for file in data_files(config) for sample in read_samples(file.path, file.columns)]
    samples = [_with_persona(sample, config.persona) for sample in samples[: config.max_samples]]
    told = report(samples, lambda sample: len(encode(tokenizer, sample, end).ids), config.longest)
    say(f"{told.samples} samples")
    for line in told.lines():
        say(line)
    usable = [sample for sample in samples if sample.answer]
    if not usable:
        raise StyleDataError("no sample has an answer; name the column of answers 'output' or 'response'")
    training, held_out = split(usable, config.val_size, config.seed)
    digest = hashlib.sha256(repr([sample.turns for sample in samples]).encode()).hexdigest()
    return StyleData(training, held_out, told, digest)


def split(samples: Sequence[Sample], size: float, seed: int) -> tuple[tuple[Sample, ...], tuple[Sample, ...]]:
    """Training and held-out samples; the same question is never in both. `size` of 1 or more counts samples."""
    questions = sorted({_key(sample) for sample in samples})
    random.Random(seed).shuffle(questions)
    wanted = int(size) if size >= 1 else round(size * len(samples))
    aside: set[str] = set()
    for question in questions:
        if sum(_key(sample) in aside for sample in samples) >= min(wanted, len(samples) - 1):
            break
        aside.add(question)
    if len(aside) == len(questions):
        aside.clear()  # one question alone can't be in both
    held_out = tuple(sample for sample in samples if _key(sample) in aside)
    return tuple(sample for sample in samples if _key(sample) not in aside), held_out


def encoded(config: StyleTraining, tokenizer: Any, end: str, samples: Sequence[Sample]) -> tuple[Encoded, ...]:
    """As tokens, none longer than the config allows."""
    return tuple(cut(encode(tokenizer, sample, end, config.train_on_prompt), config.longest) for sample in samples)


def _key(sample: Sample) -> str:
    return f"{sample.prompt}\n{sample.question}" if sample.question else sample.answer


def _with_persona(sample: Sample, persona: str) -> Sample:
    if not persona or sample.prompt or not sample.question:
        return sample
    return replace(sample, turns=(Turn("system", persona), *sample.turns))
