"""The corpora that the bundled recogniser is trained on, and the one that it is judged by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from deploy.training import read_config
from dialogue.yaml_file import fill
from synth_data.cast import dialects_of
from synth_data.corpus import SynthConfig
from synth_data.phonology import DIALECTS
from synth_data.plan import plan_of
from synth_data.texts.exclude import fold, reserved_sentences
from synth_data.texts.grammar import Sentence
from synth_data.texts.source import source_of
from synth_data.texts.splits import SLOT, split_of_sentence, wordings
from synth_data.voices.banks import BankSpeaker
from synth_data.voices.banks.speakers import draw_speaker as draw_bank_speaker

EXAMPLES = Path(__file__).parents[2] / "examples/synth"
TRAINING = ("dialect_train", "mandarin_train")
DRAWS = 800


@cache
def config(name: str) -> SynthConfig:
    return fill(SynthConfig, read_config(EXAMPLES / f"{name}.yaml"))


@cache
def sentences(name: str) -> tuple[Sentence, ...]:
    wanted = config(name)
    source = source_of(wanted.grammar, wanted.texts, reserved_sentences(wanted.exclude))
    dialects = list(wanted.dialects)

    def drawn() -> Iterator[Sentence]:
        for index in range(DRAWS):
            rng = np.random.default_rng([wanted.seed, 9, index])
            yield source.sample(rng, dialects[index % len(dialects)], wanted.split, wanted.kinds)

    return tuple(drawn())


@pytest.mark.parametrize("name", TRAINING)
def test_the_evaluation_says_nothing_that_training_says(name: str) -> None:
    trained, judged = sentences(name), sentences("dialect_eval")
    assert {part for one in trained for part in one.template.split("+")}.isdisjoint(
        part for one in judged for part in one.template.split("+")
    )
    assert {one.slots for one in trained if one.slots}.isdisjoint(one.slots for one in judged)
    assert {fold(one.text) for one in trained}.isdisjoint(fold(one.text) for one in judged)


def test_no_throat_of_a_bank_speaks_in_both() -> None:
    def throats(split: str) -> set[float]:
        speakers = (draw_bank_speaker("bank_cmn", 200.0, split, np.random.default_rng(seed)) for seed in range(300))  # type: ignore[arg-type]
        return {speaker.formant for speaker in speakers if isinstance(speaker, BankSpeaker)}

    assert throats("train").isdisjoint(throats("eval"))
    assert {config(name).split for name in TRAINING} == {"train"}
    assert config("dialect_eval").split == "eval"


@pytest.mark.parametrize("file", sorted((EXAMPLES.parent / "asr/texts").iterdir()), ids=lambda file: file.name)
def test_the_language_model_reads_nothing_of_the_evaluation(file: Path) -> None:
    """Neither a whole sentence that is set aside, nor a wording of a template that is."""
    wanted = config("dialect_eval")
    pools = source_of(wanted.grammar, wanted.texts, frozenset()).grammar.pools
    aside = [
        one.text for (_, split), templates in pools.items() if split == "eval" for one in templates if not SLOT.search(one.text)
    ]
    judged = {fold(wording) for text in aside for wording in wordings(text)}
    assert len(judged) > 500
    texts = [fold(line.split("\t")[-1]) for line in file.read_text(encoding="utf-8").splitlines()]
    assert not judged.intersection(texts)
    assert not [text for text in texts if split_of_sentence(text) == "eval"], "leave these out"


def test_the_evaluation_has_enough_of_each_dialect_voice_and_condition() -> None:
    judged = config("dialect_eval")
    voices = {
        dialect: {voice: share for voice, share in judged.voices.items() if dialect in dialects_of(voice)}
        for dialect in judged.dialects
    }
    plan = plan_of(judged.dialects, voices, judged.conditions, judged.silence, judged.seed)
    cells = [plan.cell(index) for index in range(judged.utterances)]
    by_dialect = Counter(cell.dialect for cell in cells)
    assert by_dialect["cmn"] >= 3000
    assert set(by_dialect) == set(DIALECTS)
    assert min(by_dialect.values()) >= 200
    for dialect in ("cmn", "yue", "cmn-sichuan", "cmn-wu"):
        ten_db = Counter(cell.voice for cell in cells if cell.dialect == dialect and cell.condition == "telephone_10dB")
        assert sum(ten_db.values()) >= 140
        assert len(ten_db) >= 2


def test_training_is_a_hundred_thousand_clips_of_every_dialect() -> None:
    assert config("dialect_train").utterances >= 100_000
    assert set(config("dialect_train").dialects) == set(DIALECTS)
    assert set(config("mandarin_train").dialects) == {"cmn"}
    assert all(share > 0 for share in config("dialect_train").dialects.values())
