"""Training in two processes that torch starts: one adapter, half of the batches each."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

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
    (tmp_path / "train.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2"]
    launch += ["-m", "deploy.cli", "train", str(tmp_path / "train.yaml")]
    done = subprocess.run(launch, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[3])
    assert done.returncode == 0, done.stderr[-2000:]
    card = yaml.safe_load((tmp_path / "adapter" / "model.yml").read_text(encoding="utf-8"))
    assert card["metrics"]["updates"] == 3
    assert (tmp_path / "adapter" / "adapter_model.safetensors").is_file()
    assert done.stdout.count("the model lies in") == 1
