"""Networks for a bundle, trained from a small bot's sentences."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlu.bundle_training import EncoderMetrics, EncoderTraining, Source, train_bundle
from nlu.data import TrainingData
from nlu.encoding import Bundle
from nlu.pipeline import Pipeline


@pytest.fixture(scope="module")
def made(data: TrainingData, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, EncoderMetrics]:
    folder = tmp_path_factory.mktemp("bundle")
    texts = folder / "texts.jsonl"
    texts.write_text('{"text": "云服务器多少钱，能便宜点吗？"}\n' * 3, encoding="utf-8")
    sizes = {"folds": 2, "width": 16, "epochs": 10, "made": 40, "batch_size": 16, "learning_rate": 0.01}
    config = EncoderTraining("encoder", (), folder / "small", texts=(texts,), text_epochs=1, **sizes)  # type: ignore[arg-type]
    return folder / "small", train_bundle(config, [Source(data, Pipeline())], lambda _: None)


def test_each_network_reads_sentences_that_it_was_trained_without(made: tuple[Path, EncoderMetrics]) -> None:
    assert made[1].accuracy > 0.3
    assert made[1].garbled <= made[1].accuracy + 0.1
    assert 0.0 <= made[1].cuts <= 1.0


def test_the_folder_is_a_bundle_of_as_many_networks_as_folds(made: tuple[Path, EncoderMetrics]) -> None:
    bundle = Bundle.load(made[0])
    assert bundle.size == 2
    assert bundle.see("还要支持异地备份").parts((0, 8)).shape == (2, 2, 7)


def test_the_card_names_the_texts(made: tuple[Path, EncoderMetrics]) -> None:
    assert "texts.jsonl" in (made[0] / "model.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize(("key", "value"), [("folds", 1), ("width", 4), ("epochs", 0), ("text_epochs", -1)])
def test_an_option_out_of_range_is_named(key: str, value: int) -> None:
    with pytest.raises(ValueError, match=f"{key} must lie between .*, got {value}"):
        EncoderTraining("encoder", (), Path("nowhere"), **{key: value})  # type: ignore[arg-type]
