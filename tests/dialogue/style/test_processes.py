"""Training in two processes that torch starts: one adapter, half of the batches each."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.two_processes import trained_by_two

pytest.importorskip("torch")
pytest.importorskip("peft")


@pytest.mark.timeout(300)
def test_two_processes_train_one_adapter(base: Path, written: Callable[..., Path], tmp_path: Path) -> None:
    written()
    config = {
        "stage": "sft",
        "base_model": str(base),
        "train_data": "train.jsonl",
        "output_dir": "adapter",
        "batch_size": 2,
        "gradient_accumulation_steps": 2,
        "max_steps": 3,
        "val_size": 2,
        "predict_with_generate": False,
        "report_to": ["none"],
        "threads": 1,
    }
    trained_by_two(config, tmp_path)
    card = yaml.safe_load((tmp_path / "adapter" / "model.yml").read_text(encoding="utf-8"))
    assert card["metrics"]["updates"] == 3
    assert (tmp_path / "adapter" / "adapter_model.safetensors").is_file()
