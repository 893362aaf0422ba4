"""TensorBoard files of a training: figures, and clips that can be listened to."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("tensorboard")

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from asr.manifest import read_manifest
from asr.training.board import Board
from asr.training.check import Check
from asr.training.settings import AsrTraining
from asr.transcript import Samples
from tests.asr.beeps import beep_corpus


def softer(samples: Samples, _rng: np.random.Generator) -> tuple[Samples, list[str]]:
    return samples / 2, ["softer"]


def test_figures_by_dialect_and_sounds_before_and_after_augmentation_are_written(tmp_path: Path) -> None:
    corpus = beep_corpus(tmp_path, clips=8)
    board = Board(AsrTraining(manifests=(corpus,), output_dir=tmp_path / "run"))
    board.sounds(read_manifest(corpus), softer)
    board.losses(50, {"ctc": 1.5}, 1e-3)
    board.check(50, Check(per=0.5, cer=0.25, cer_by_dialect={"yue": 0.5, "cmn": 0.125}))
    board.close()

    found = EventAccumulator(str(tmp_path / "run" / "runs"), {"audio": 0}).Reload()
    assert {"loss/ctc", "error/phones", "error/cer", "cer/yue", "cer/cmn", "learning_rate"} <= set(found.Tags()["scalars"])
    assert found.Scalars("cer/cmn")[0].value == 0.125
    assert {"plain/0", "augmented/0"} <= set(found.Tags()["audio"])
    assert found.Audio("plain/0")[0].sample_rate == 16_000


def test_all_processes_but_the_first_write_nothing(tmp_path: Path) -> None:
    board = Board(AsrTraining(manifests=(tmp_path,), output_dir=tmp_path / "run"), silent=True)
    board.losses(1, {"ctc": 1.0}, 1e-3)
    board.sounds((), None)
    board.check(1, Check())
    board.close()
    assert not (tmp_path / "run").exists()
