"""Training: figures, what is refused, and that the same data give the same model."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import yaml

from nlu.data import Example, TrainingData
from nlu.model_folder import ModelError
from nlu.parser import NluParser, load
from nlu.pipeline import Pipeline
from nlu.train import IntentTraining, TrainingError, TrainingMetrics, train, train_from_files
from tests.nlu.conftest import PIPELINE


def test_the_figures_come_from_held_out_folds(trained: tuple[Path, TrainingMetrics]) -> None:
    metrics = trained[1]
    assert metrics.intents == 6
    assert 0.5 < metrics.accuracy < 1.0
    assert 0.5 < metrics.f1_micro <= 1.0
    assert metrics.ece < 0.15
    assert 0.0 <= metrics.threshold < 0.75


def test_the_card_says_what_the_model_is(trained: tuple[Path, TrainingMetrics]) -> None:
    card = yaml.safe_load((trained[0] / "model.yml").read_text(encoding="utf-8"))
    assert card["task"] == "intent"
    assert card["labels"] == ["discount", "integration", "price_inquiry", "product_inquiry", "requirement", "thank"]
    assert card["metrics"]["f1_micro"] == trained[1].f1_micro
    assert len(card["data"]["sha256"]) == 64


def test_training_twice_gives_the_same_model(data: TrainingData, trained: tuple[Path, TrainingMetrics], tmp_path: Path) -> None:
    train(data, PIPELINE, tmp_path)
    with np.load(trained[0] / "weights.npz") as one, np.load(tmp_path / "weights.npz") as other:
        assert all(np.array_equal(one[name], other[name]) for name in one.files)


def test_one_intent_is_too_few(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="two intents or more"):
        train_from_one_intent(tmp_path)


def train_from_one_intent(folder: Path) -> None:
    path = folder / "one.jsonl"
    path.write_text('{"text": "多少钱", "intents": ["price"]}\n{"text": "几多钱", "intents": ["price"]}\n', encoding="utf-8")
    train_from_files(IntentTraining("intent", (path,), folder / "model"))


def test_a_model_is_trained_from_labelled_lines_without_a_bot(parser_from_lines: NluParser) -> None:
    assert parser_from_lines.intents == ("music", "weather")
    assert parser_from_lines.parse("明天天气怎么样").intents == ("weather",)
    assert parser_from_lines.parse("放首歌").intents == ("music",)


@pytest.fixture
def parser_from_lines(tmp_path: Path) -> NluParser:
    path = tmp_path / "commands.jsonl"
    weather = ["今天天气怎么样", "明天会下雨吗", "北京天气", "外面冷不冷", "后天天气如何", "天气预报"]
    music = ["放一首歌", "我想听音乐", "来首周杰伦的歌", "播放音乐", "唱首歌", "放首老歌"]
    rows = [{"text": text, "intents": ["weather"]} for text in weather] + [{"text": text, "intents": ["music"]} for text in music]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    train_from_files(IntentTraining("intent", (path,), tmp_path / "model"))
    return load(tmp_path / "model")


def test_data_without_compound_sentences_are_never_cut(parser_from_lines: NluParser) -> None:
    assert len(parser_from_lines.parse("今天天气怎么样放一首歌").needs) == 1


@pytest.mark.parametrize(("key", "value"), [("max_needs", 0), ("folds", 1), ("cost", 0.0)])
def test_options_out_of_range_are_refused_by_name(key: str, value: float, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=key):
        IntentTraining("intent", (tmp_path / "x.jsonl",), tmp_path, **{key: value})  # type: ignore[arg-type]


def test_a_folder_without_a_model_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no model\.yml in it.*xiangyin train"):
        load(tmp_path)


def test_a_model_of_another_format_is_refused(trained: tuple[Path, TrainingMetrics], tmp_path: Path) -> None:
    for file in trained[0].iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    settings = json.loads((tmp_path / "settings.json").read_text(encoding="utf-8"))
    (tmp_path / "settings.json").write_text(json.dumps({**settings, "format": 0}), encoding="utf-8")
    with pytest.raises(ModelError, match="train it again"):
        load(tmp_path)


def test_a_damaged_model_is_refused(trained: tuple[Path, TrainingMetrics], tmp_path: Path) -> None:
    for file in trained[0].iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "vocabulary.json").write_text("{", encoding="utf-8")
    with pytest.raises(ModelError, match="cannot be read"):
        load(tmp_path)


def test_an_intent_with_one_example_does_not_stop_training(data: TrainingData, tmp_path: Path) -> None:
    rare = Example("我要投诉你们", ("complaint",))
    metrics = train(TrainingData((*data.examples, rare)), Pipeline(), tmp_path)
    assert metrics.intents == 7
