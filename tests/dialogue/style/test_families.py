"""The two families of training configs that users bring run as they stand, apart from the path of the model."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("peft")

from deploy.training import train_config
from dialogue.yaml_file import YamlError
from nlu.finetune.base import BaseModelError

FIRST = """
task_type: text-generation
base_model: {base}
train_data_dir: .
metadata_path: metadata.csv
lora_rank: 8
lora_alpha: 16
target_modules: [q_proj, v_proj]
lora_dropout: 0.05
batch_size: 4
gradient_accumulation_steps: 1
epochs: 1
max_steps: 2
warmup_steps: 1
learning_rate: 2e-4
max_seq_length: 256
fp16: true
logging_steps: 1
save_steps: 1
output_dir: adapter
logging_dir: logs
resume_from_checkpoint: false
"""
SECOND = """
model_name_or_path: {base}
finetuning_type: lora
template: qwen
dataset: own
max_source_length: 192
max_target_length: 64
num_train_epochs: 1
per_device_train_batch_size: 4
gradient_accumulation_steps: 2
learning_rate: 5e-5
lora_rank: 64
lora_alpha: 128
target_modules: [q_proj, k_proj, v_proj, o_proj]
fp16: true
flash_attn: true
logging_steps: 10
save_steps: 100
evaluation_strategy: steps
eval_steps: 50
predict_with_generate: true
output_dir: adapter
"""


def config(folder: Path, text: str, base: Path | str) -> Path:
    path = folder / "train.yaml"
    path.write_text(text.format(base=base), encoding="utf-8")
    return path


def test_the_family_with_metadata_and_customer_questions(base: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    lines = [f"客户问:标准型第{at}款多少钱,您好，每月{at}9元呢。" for at in range(10)]
    (tmp_path / "metadata.csv").write_text("\n".join(["prompt,response", *lines]) + "\n", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        outcome = train_config(config(tmp_path, FIRST, base), [], lambda _: None)
    assert (outcome.folder / "adapter_model.safetensors").is_file()
    assert outcome.figures["updates"] == 2
    assert len([one for one in caplog.records if "fp16 was asked for" in one.getMessage()]) == 1
    assert list((tmp_path / "logs").iterdir())


def test_the_family_with_templates_and_datasets(
    base: Path, tmp_path: Path, written: Callable[..., Path], caplog: pytest.LogCaptureFixture
) -> None:
    rows = [{"instruction": f"第{at}款多少钱", "input": "", "output": f"每月{at}9元。"} for at in range(10)]
    written("own.jsonl", rows)
    (tmp_path / "dataset_info.json").write_text('{"own": {"file_name": "own.jsonl", "formatting": "alpaca"}}', encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        outcome = train_config(config(tmp_path, SECOND, base), [], lambda _: None)
    assert outcome.figures["updates"] == 2
    assert "lora_rank 64" in caplog.text
    assert len([one for one in caplog.records if "fp16 was asked for" in one.getMessage()]) == 1


def test_a_ggml_base_and_unknown_keys_are_refused(tmp_path: Path, written: Callable[..., Path]) -> None:
    written()
    ggml = tmp_path / "llama-2-7b-chat.ggmlv3.q4_0.bin"
    ggml.write_bytes(b"ggml")
    plain = "stage: sft\nbase_model: {base}\ntrain_data: train.jsonl\noutput_dir: out\n"
    with pytest.raises(BaseModelError, match="quantised for llama"):
        train_config(config(tmp_path, plain, ggml), [], lambda _: None)
    with pytest.raises(YamlError, match=r"unknown key 'lora_rnak' .*lora_rank"):
        train_config(config(tmp_path, plain + "lora_rnak: 8\n", "x"), [], lambda _: None)
    with pytest.raises(YamlError, match="'stage' must be one of"):
        train_config(config(tmp_path, plain.replace("sft", "dpo"), "x"), [], lambda _: None)
