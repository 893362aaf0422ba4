"""What understanding makes of dialect words, the operators' own among them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from nlu.data import TrainingData
from nlu.dialects import own_word
from nlu.features import prepare
from nlu.lexicon import standard
from nlu.model_folder import load
from nlu.train import train
from tests.nlu.conftest import PIPELINE


def test_a_dialect_sentence_has_the_features_of_the_mandarin_one() -> None:
    names = {feature.name for feature in prepare("搿个几钿", standard()).meant}
    assert {"c多 少", "c少 钱", "c这 个"} <= names


def test_words_of_the_operators_own_travel_in_the_model(data: TrainingData, tmp_path: Path) -> None:
    few = replace(data, examples=data.examples[:40], words=(own_word("盒盒", "服务器"),))
    train(few, PIPELINE, tmp_path / "model")
    dialects = load(tmp_path / "model").lexicon.dialects
    assert dialects is not None
    assert [(entry.word, entry.mandarin) for entry in dialects.own()] == [("盒盒", "服务器")]
    names = {feature.name for feature in prepare("要个盒盒", load(tmp_path / "model").lexicon).meant}
    assert "c服 务 器" in names
