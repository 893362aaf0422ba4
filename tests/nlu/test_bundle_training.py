"""Students for a bundle, trained from a small bot's sentences."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlu.bundle_training import EncoderMetrics, EncoderTraining, Source, train_bundle
from nlu.data import TrainingData
from nlu.encoding import load_bundle
from nlu.pipeline import Pipeline


@pytest.fixture(scope="module")
def made(data: TrainingData, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, EncoderMetrics]:
    folder = tmp_path_factory.mktemp("bundle") / "small"
    config = EncoderTraining("encoder", (), folder, folds=2, width=16, layers=1, epochs=12, batch_size=16)
    return folder, train_bundle(config, [Source(data, Pipeline())], lambda _: None)


def test_each_student_reads_sentences_that_it_was_trained_without(made: tuple[Path, EncoderMetrics]) -> None:
    assert made[1].accuracy > 0.3
    assert made[1].garbled <= made[1].accuracy + 0.1


def test_the_folder_is_a_bundle_of_as_many_students_as_folds(made: tuple[Path, EncoderMetrics]) -> None:
    bundle = load_bundle(made[0])
    assert len(bundle.members) == 2
    assert bundle.see("还要支持异地备份").parts((0, 8)).shape == (2, 2, 7)


@pytest.mark.parametrize(("key", "value"), [("folds", 1), ("width", 4), ("epochs", 0)])
def test_an_option_out_of_range_is_named(key: str, value: int) -> None:
    with pytest.raises(ValueError, match=f"{key} must lie between .*, got {value}"):
        EncoderTraining("encoder", (), Path("nowhere"), **{key: value})  # type: ignore[arg-type]
