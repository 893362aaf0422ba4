"""The keys of other tools fill our config, and contradictions are refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from dialogue.yaml_file import YamlError, fill, parse
from nlu.finetune.settings import FineTuning, SettingsError, idle_keys
from nlu.lora.settings import IntentLora

FAMILY_ONE = """
task_type: SEQ_CLS
base_model: meta-llama/Llama-2-7b-hf
train_data_dir: data
metadata_path: data/metadata.jsonl
lora_rank: 8
lora_alpha: 16
target_modules: [q_proj, v_proj]
lora_dropout: 0.05
batch_size: 4
gradient_accumulation_steps: 4
epochs: 3
max_steps: 1000
warmup_steps: 100
learning_rate: 2e-4
max_seq_length: 256
fp16: true
logging_steps: 10
save_steps: 200
output_dir: out
logging_dir: out/logs
resume_from_checkpoint: false
"""
FAMILY_TWO = """
model_name_or_path: Qwen/Qwen-7B-Chat
stage: sft
do_train: true
finetuning_type: qlora
template: qwen
dataset: own
max_source_length: 512
max_target_length: 256
cutoff_len_is_not_here: null
num_train_epochs: 3
per_device_train_batch_size: 2
gradient_accumulation_steps: 8
learning_rate: 0.0002
lr_scheduler_type: cosine
warmup_ratio: 0.1
lora_rank: 64
lora_alpha: 128
lora_target: q_proj,v_proj
quantization_bit: 4
fp16: true
flash_attn: auto
logging_steps: 10
save_steps: 100
val_size: 0.1
evaluation_strategy: steps
eval_steps: 100
predict_with_generate: true
adapter_name_or_path: saves/first
export_dir: merged
output_dir: saves/own
""".replace("cutoff_len_is_not_here: null\n", "")
FILE = Path("configs/train.yaml")


def test_the_first_family_of_keys_fills_the_config() -> None:
    config = fill(IntentLora, parse(FAMILY_ONE, FILE))
    assert config.base_model == "meta-llama/Llama-2-7b-hf"
    assert (config.lora_rank, config.lora_alpha, config.max_length, config.max_steps) == (8, 16, 256, 1000)
    assert config.metadata_path == Path("configs/data/metadata.jsonl")
    assert idle_keys(config) == ()


def test_the_second_family_fills_it_too_and_keys_for_writing_text_are_named_as_idle() -> None:
    config = fill(IntentLora, parse(FAMILY_TWO, FILE))
    assert (config.batch_size, config.epochs, config.lr_scheduler, config.bits) == (2, 3.0, "cosine", 4)
    assert (config.evaluates, config.eval_steps, config.checkpoint_every) == ("steps", 100, 100)
    assert config.adapter == Path("configs/saves/first")
    assert config.optimizer_name == "paged_adamw_8bit"
    assert idle_keys(config) == ("stage", "template", "max_target_length", "predict_with_generate")


@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("lora_rnak: 8", "did you mean 'lora_rank'"),
        ("learing_rate: 1", "did you mean 'learning_rate'"),
        ("r: 4\nrank: 8", "second time"),
    ],
)
def test_an_unknown_or_doubled_key_is_refused_with_its_place(key: str, line: str) -> None:
    with pytest.raises(YamlError, match=rf"train\.yaml:\d+: .*{line}"):
        fill(IntentLora, parse(f"base_model: x\noutput_dir: o\ntrain_data: a.csv\n{key}\n", FILE))


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("base_model: x", "no data"),
        ("train_data: a.csv", "'base_model' .* is missing"),
        ("base_model: x\ntrain_data: a.csv\nfp16: true\nbf16: true", "fp16 and bf16 are both true"),
        ("base_model: x\ntrain_data: a.csv\nlora_dropout: 2", "lora_dropout must lie between 0 and 0.95, got 2"),
        ("base_model: x\ntrain_data: a.csv\noptim: lion", "optimizer 'lion' is unknown"),
        ("base_model: x\ntrain_data: a.csv\nema: 0.99\ndeepspeed: z.json", "leave out ema or deepspeed"),
        ("base_model: x\ntrain_data: a.csv\nloss: cross_entropy", "set multi_label: false"),
        ("base_model: x\ntrain_data: a.csv\nfinetuning_type: qlora\nquantization_bit: 8", "quantization_bit: 4"),
    ],
)
def test_contradictions_are_refused(keys: str, said: str) -> None:
    with pytest.raises(YamlError, match=said):
        fill(IntentLora, parse(f"output_dir: o\n{keys}\n", FILE))


@pytest.mark.parametrize(("strategy", "meant"), [("steps", "steps"), (False, "no"), (True, "epoch")])
def test_a_bare_no_in_yaml_means_no_measuring(strategy: Literal["steps"] | bool, meant: str) -> None:
    plain = FineTuning(base_model="x", output_dir=Path("o"), train_data=(Path("a"),))
    assert replace(plain, eval_strategy=strategy).evaluates == meant
    with pytest.raises(SettingsError):
        replace(plain, batch_size=0)
