"""The sentences of a corpus without their speech: what `xiangyin synth --texts-only` writes."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from synth_data.texts.draw import ALWAYS_TRAIN, DIGITS, WORDS
from synth_data.texts.exclude import fold, reserved_sentences
from synth_data.texts.llm import FILE as PARAPHRASES
from synth_data.texts.source import source_of

if TYPE_CHECKING:
    from synth_data.corpus import SynthConfig

FILE = "texts.jsonl"
STEP = 250


@dataclass(frozen=True, slots=True)
class TextReport:
    """How many texts were written, how many different sentences are among them (folded: texts.exclude.fold), and of these how
    many a dialect. Strings of words or digits and the short answers that everybody gives are no sentences here."""

    file: Path
    texts: int
    sentences: int
    by_dialect: dict[str, int]


def write_texts(config: SynthConfig, progress: Callable[[int], None] | None = None) -> TextReport:
    """Write `utterances` sentences of the configuration's dialects in turn, as JSON lines, under `output_dir`."""
    paraphrases = config.output_dir / PARAPHRASES if config.texts.llm else None
    source = source_of(config.grammar, config.texts, reserved_sentences(config.exclude), paraphrases)
    dialects = list(config.dialects)
    shares = np.array([config.dialects[dialect] for dialect in dialects], float)
    config.output_dir.mkdir(parents=True, exist_ok=True)
    seen: dict[str, set[str]] = defaultdict(set)
    file = config.output_dir / FILE
    with file.open("w", encoding="utf-8") as lines:
        for index in range(config.utterances):
            rng = np.random.default_rng([config.seed, 2, index])
            dialect = dialects[int(rng.choice(len(dialects), p=shares / shares.sum()))]
            sentence = source.sample(rng, dialect, config.split, config.kinds)
            if sentence.template not in (WORDS, DIGITS, ALWAYS_TRAIN):
                seen[dialect].add(fold(sentence.text))
            row = {"text": sentence.text, "dialect": dialect, "template": sentence.template, "slots": sentence.slots}
            lines.write(json.dumps(row, ensure_ascii=False) + "\n")
            if progress is not None and (index + 1) % STEP == 0:
                progress(index + 1)
    different = len(set().union(*seen.values())) if seen else 0
    return TextReport(file, config.utterances, different, {dialect: len(seen[dialect]) for dialect in dialects})
