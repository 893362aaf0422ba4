"""Schedule, early stopping, precision, data keys, checkpoints' order and the ZeRO-3 file."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from nlu.finetune.checkpoints import CheckpointError, keep_newest, wanted
from nlu.finetune.datasets import DatasetError, data_files
from nlu.finetune.precision import Machine, choose
from nlu.finetune.schedule import Progress, Schedule, schedule
from nlu.finetune.settings import FineTuning

ROOT = Path(__file__).parents[3]


def plain(**keys: Any) -> FineTuning:
    return FineTuning(**{"base_model": "x", "output_dir": Path("o"), "train_data": (Path("a"),), **keys})


def test_the_rate_rises_then_falls_to_nothing() -> None:
    linear = Schedule(10, 2, "linear")
    assert [linear.rate(update) for update in (0, 1, 2, 6, 10)] == [0.5, 1.0, 1.0, 0.5, 0.0]
    assert Schedule(10, 0, "cosine").rate(5) == pytest.approx(0.5)
    assert Schedule(10, 0, "constant").rate(9) == 1.0


@pytest.mark.parametrize(
    ("keys", "total", "warmup"),
    [
        ({"epochs": 2.5}, 25, 0),
        ({"max_steps": 7}, 7, 0),
        ({"warmup_ratio": 0.1}, 30, 3),
        ({"max_steps": 4, "warmup_steps": 100}, 4, 2),
    ],
)
def test_steps_win_over_epochs_and_over_ratios(keys: dict[str, Any], total: int, warmup: int) -> None:
    found = schedule(plain(**keys), updates_per_epoch=10)
    assert (found.total, found.warmup) == (total, warmup)


def test_training_stops_when_nothing_better_comes() -> None:
    progress = Progress()
    for score in (0.5, 0.7, 0.6, 0.7):
        progress = progress.measured(score)
    assert (progress.best, progress.missed) == (0.7, 2)
    assert progress.gives_up(2)
    assert not progress.gives_up(3)
    assert not progress.gives_up(0)


@pytest.mark.parametrize(
    ("machine", "asked", "chosen", "warnings"),
    [
        (Machine(gpu=False, bf16=True), "fp16", "bf16", 1),
        (Machine(gpu=False, bf16=False), "fp16", "no", 1),
        (Machine(gpu=False, bf16=True), "bf16", "bf16", 0),
        (Machine(gpu=True, bf16=True), "fp16", "fp16", 0),
        (Machine(gpu=True, bf16=False), "bf16", "fp16", 1),
        (Machine(gpu=False, bf16=True), "", "no", 0),
    ],
)
def test_half_precision_is_what_the_machine_can_do(
    machine: Machine, asked: str, chosen: str, warnings: int, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert choose(asked == "fp16", asked == "bf16", machine) == chosen
    assert len(caplog.records) == warnings


def test_data_keys_name_files_folders_and_entries_of_dataset_info(tmp_path: Path) -> None:
    for name in ("train.jsonl", "dev.jsonl", "metadata.csv", "own.json"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    entry = {"own": {"file_name": "own.json", "columns": {"prompt": "q", "response": "a"}}}
    (tmp_path / "dataset_info.json").write_text(json.dumps(entry), encoding="utf-8")

    def names(**keys: Any) -> list[str]:
        return [one.path.name for one in data_files(plain(**{"train_data": (), **keys}))]

    assert names(train_data_dir=tmp_path) == ["train.jsonl"]
    assert names(train_data_dir=tmp_path, metadata_path=Path("elsewhere/metadata.csv")) == ["metadata.csv"]
    assert names(dataset=(tmp_path / "own,train.jsonl",)) == ["own.json", "train.jsonl"]
    assert data_files(plain(train_data=(), dataset=(Path("own"),), dataset_dir=tmp_path))[0].columns == {
        "prompt": "q",
        "response": "a",
    }
    with pytest.raises(DatasetError, match=r"'theirs' is neither a file in .* lists own"):
        names(dataset=(Path("theirs"),), dataset_dir=tmp_path)
    with pytest.raises(DatasetError, match="there is no file or folder"):
        names(train_data=(tmp_path / "gone.csv",))


def test_the_newest_finished_checkpoint_is_resumed_from(tmp_path: Path) -> None:
    for update in (5, 20, 100):
        (tmp_path / f"checkpoint-{update}").mkdir()
        if update < 100:
            (tmp_path / f"checkpoint-{update}" / "progress.json").write_text("{}", encoding="utf-8")
    assert wanted(plain(output_dir=tmp_path, resume_from_checkpoint=True)) == tmp_path / "checkpoint-20"
    assert wanted(plain(output_dir=tmp_path)) is None
    keep_newest(tmp_path, 1)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["checkpoint-100", "checkpoint-20"]
    from nlu.finetune.checkpoints import read

    with pytest.raises(CheckpointError, match="no finished checkpoint"):
        read(tmp_path / "checkpoint-100", None, None)


def test_the_zero_3_file_is_read_as_such() -> None:
    pytest.importorskip("accelerate")
    from accelerate.utils.deepspeed import HfDeepSpeedConfig

    config = HfDeepSpeedConfig(str(ROOT / "examples/nlu/ds_zero3.json"))
    assert config.is_zero3()
    assert not config.is_offload()


def test_the_running_mean_is_put_in_place_and_taken_out_again() -> None:
    torch = pytest.importorskip("torch")
    from nlu.finetune.averaging import RunningMean

    weight = torch.nn.Parameter(torch.zeros(2))
    mean = RunningMean.of([("w", weight)], decay=0.5)
    for updates, value in enumerate((4.0, 8.0)):
        weight.data.fill_(value)
        mean.update(100 + updates)
    with mean.in_place():
        assert weight.tolist() == [5.0, 5.0]
    assert weight.tolist() == [8.0, 8.0]


def test_an_early_mean_keeps_up_with_the_weights() -> None:
    torch = pytest.importorskip("torch")
    from nlu.finetune.averaging import RunningMean

    weight = torch.nn.Parameter(torch.zeros(1))
    mean = RunningMean.of([("w", weight)], decay=0.999)
    weight.data.fill_(1.0)
    mean.update(0)
    assert float(mean.means["w"]) == pytest.approx(0.9)
