"""A base of each architecture learns intents, in one process and in two, and goes on where it stopped."""

from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("peft")

from nlu.finetune.adapters import quiet  # noqa: E402
from nlu.finetune.stages import Stage  # noqa: E402
from nlu.loading import load_parser  # noqa: E402
from nlu.lora.settings import IntentLora  # noqa: E402
from nlu.lora.train import train  # noqa: E402
from nlu.model_folder import ModelError  # noqa: E402

ROOT = Path(__file__).parents[3]
Base = Callable[[str], Path]


def config(base: Path, data: Path, out: Path, **keys: Any) -> IntentLora:
    quick: dict[str, Any] = {
        "learning_rate": 1e-2, "head_learning_rate": 3e-2, "epochs": 15.0, "batch_size": 8, "gradient_accumulation_steps": 1,
        "val_size": 0.0, "threads": 1, "report_to": ("none",), "eval_strategy": "no",
    }  # fmt: skip
    return IntentLora(base_model=str(base), train_data=(data,), output_dir=out, **{**quick, **keys})


def weights(folder: Path) -> dict[str, Any]:
    from safetensors.torch import load_file

    return load_file(folder / "adapter_model.safetensors")


def test_a_llama_learns_several_needs_in_a_sentence(base_of: Base, data: Path, tmp_path: Path) -> None:
    said: list[str] = []
    trained = train(
        config(base_of("llama"), data, tmp_path / "out", val_size=0.15, eval_strategy="epoch", report_to=("tensorboard",)),
        said.append,
    )
    understood = load_parser(trained.folder).parse("多少钱一年能先试用吗")
    assert understood.intents == ("price", "trial")
    assert understood.needs[0].start == 0
    assert understood.needs[0].end == understood.needs[1].start
    assert load_parser(trained.folder).parse(" ").needs == ()
    assert any("trained parameters" in line for line in said)
    files = {one.name for one in trained.folder.iterdir()}
    assert files >= {
        "adapter_config.json",
        "adapter_model.safetensors",
        "tokenizer.json",
        "model.yml",
        "metrics.json",
        "confusion.png",
    }
    assert any((trained.folder / "runs").iterdir())
    assert json.loads((trained.folder / "metrics.json").read_text(encoding="utf-8"))["held_out"] == trained.figures["held_out"]


def test_peft_loads_the_folder_as_it_is(base_of: Base, data: Path, tmp_path: Path) -> None:
    from peft import PeftModel
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    folder = train(config(base_of("llama"), data, tmp_path / "out"), print).folder
    with quiet():
        base = AutoModelForSequenceClassification.from_pretrained(base_of("llama"), num_labels=3, pad_token_id=0)
        model = PeftModel.from_pretrained(base, str(folder)).eval()
    tokens = AutoTokenizer.from_pretrained(folder)("转人工", return_tensors="pt", return_token_type_ids=False)
    logits = model(**tokens).logits[0].detach()
    ours = {guess.intent: guess.confidence for guess in load_parser(folder).parse("转人工").ranking}
    assert torch.sigmoid(logits).tolist() == pytest.approx([ours[name] for name in ("human", "price", "trial")], abs=1e-3)


@pytest.mark.parametrize("architecture", ["qwen2", "bert"])
def test_other_architectures_train_too(base_of: Base, single_label_data: Path, tmp_path: Path, architecture: str) -> None:
    keys = {
        "multi_label": False,
        "head": "cosine",
        "prototypes": True,
        "contrastive": 0.1,
        "r_drop": 1.0,
        "class_weights": "balanced",
        "over_sampling": True,
    }
    trained = train(config(base_of(architecture), single_label_data, tmp_path / "out", epochs=4.0, val_size=0.2, **keys), print)
    parser = load_parser(trained.folder)
    assert {guess.intent for guess in parser.parse("多少钱").ranking} == {"price", "trial", "human"}
    assert trained.figures["updates"] > 0


def test_frozen_layers_computed_once_give_what_the_whole_network_gives(
    base_of: Base, single_label_data: Path, tmp_path: Path
) -> None:
    from nlu.lora.encoded import encoded, looked_at, with_kept
    from nlu.lora.folder import read_card
    from nlu.lora.rows import Row
    from nlu.lora.scoring import load_scorer

    folder = train(config(base_of("bert"), single_label_data, tmp_path / "out", epochs=1.0, lora_layers=1), print).folder
    scorer = load_scorer(folder, read_card(folder), merge=False)
    scorer.network.topmost = 1
    rows = encoded(scorer.tokenizer, [Row("多少钱一年", (0,)), Row("转人工", (1,))], 3, 32)
    kept = with_kept(rows, scorer.network, 2)
    assert len(kept.kept) == 2
    assert looked_at(scorer.network, kept, 2)[0] == pytest.approx(looked_at(scorer.network, rows, 2)[0], abs=0.05)


@pytest.mark.parametrize("ema", [0.0, 0.9])
def test_a_training_that_was_stopped_ends_as_if_it_had_not_been(base_of: Base, data: Path, tmp_path: Path, ema: float) -> None:
    whole = config(base_of("llama"), data, tmp_path / "whole", max_steps=6, lora_dropout=0.0, warmup_steps=2, ema=ema)
    train(whole, print)
    first = replace(whole, output_dir=tmp_path / "parts", save_steps=3)
    train(first, print)
    for file in (tmp_path / "parts").glob("*.safetensors"):
        file.unlink()
    train(replace(first, resume_from_checkpoint=tmp_path / "parts" / "checkpoint-3"), print)
    one, other = weights(tmp_path / "whole"), weights(tmp_path / "parts")
    assert one.keys() == other.keys()
    assert all(torch.allclose(one[name], other[name], atol=1e-6) for name in one)


def test_stages_follow_each_other_and_labels_known_before_keep_their_weights(
    base_of: Base, data: Path, single_label_data: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stages = (
        Stage(name="trade", train_data=(single_label_data,), epochs=10.0),
        Stage(name="own", train_data=(data,), max_steps=1, learning_rate=1e-9),
    )
    staged = config(
        base_of("llama"), data, tmp_path / "out", stages=stages, head_learning_rate=1e-9, template="llama2", lora_rank=40
    )
    with caplog.at_level(logging.WARNING, logger="nlu"):
        train(staged, print)
    before, after = weights(tmp_path / "out" / "stages" / "trade"), weights(tmp_path / "out")
    assert all(torch.allclose(before[name], after[name], atol=1e-4) for name in before)
    assert [record.message.split(":")[0].split(" ")[0] for record in caplog.records] == ["without", "lora_rank"]


def test_a_base_in_four_bits_trains(base_of: Base, data: Path, tmp_path: Path) -> None:
    pytest.importorskip("bitsandbytes")
    keys = {"finetuning_type": "qlora", "gradient_checkpointing": True, "fp16": True, "max_steps": 3, "optimizer": "adamw_8bit"}
    trained = train(config(base_of("llama"), data, tmp_path / "out", **keys), print)
    assert trained.figures["updates"] == 3
    assert "q_proj" in (trained.folder / "adapter_config.json").read_text(encoding="utf-8")


def test_the_forms_of_the_mission_train_with_only_the_paths_changed(base_of: Base, data: Path, tmp_path: Path) -> None:
    from deploy.training import train_config

    own = tmp_path / "own"
    own.mkdir()
    (own / "dataset_info.json").write_text(json.dumps({"calls": {"file_name": str(data)}}), encoding="utf-8")
    one = f"""task_type: SEQ_CLS
base_model: {base_of("llama")}
train_data_dir: {data.parent}
metadata_path: {data}
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
save_steps: 100
output_dir: {tmp_path / "one"}
logging_dir: {tmp_path / "logs"}
resume_from_checkpoint: false
data_licence: our own
"""
    two = f"""model_name_or_path: {base_of("qwen2")}
finetuning_type: lora
template: qwen
dataset: calls
dataset_dir: {own}
max_source_length: 64
max_target_length: 32
num_train_epochs: 3
per_device_train_batch_size: 2
gradient_accumulation_steps: 8
learning_rate: 2e-4
lora_rank: 64
lora_alpha: 128
target_modules: q_proj,v_proj
fp16: true
flash_attn: true
logging_steps: 10
save_steps: 100
evaluation_strategy: steps
eval_steps: 100
predict_with_generate: true
output_dir: {tmp_path / "two"}
"""
    for text in (one, two):
        (tmp_path / "config.yaml").write_text(text, encoding="utf-8")
        outcome = train_config(tmp_path / "config.yaml", ("max_steps=2",), print)
        assert outcome.figures["updates"] == 2
    assert any((tmp_path / "logs").iterdir())


def test_an_adapter_says_when_its_base_is_another_one(base_of: Base, data: Path, tmp_path: Path) -> None:
    folder = train(config(base_of("llama"), data, tmp_path / "out", max_steps=1), print).folder
    card = (folder / "model.yml").read_text(encoding="utf-8").replace("sha256: ", "sha256: 0", 1)
    (folder / "model.yml").write_text(card, encoding="utf-8")
    with pytest.raises(ModelError, match="trained on another version of the base"):
        load_parser(folder)


@pytest.mark.timeout(300)  # both import torch, on a machine that may be busy
def test_two_processes_train_together(base_of: Base, data: Path, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(
        f"task_type: SEQ_CLS\nbase_model: {base_of('llama')}\ntrain_data: {data}\noutput_dir: {tmp_path / 'out'}\nmax_steps: 3\n"
        "batch_size: 4\nval_size: 0.2\nreport_to: none\nthreads: 1\nbf16: false\nsave_steps: 2\n",
        encoding="utf-8",
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "deploy.cli", "train", "--config", str(tmp_path / "config.yaml"), "--json"]
    shared = {
        "WORLD_SIZE": "2",
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(port),
        "ACCELERATE_USE_CPU": "true",
        "OMP_NUM_THREADS": "1",
    }
    runs = [
        subprocess.Popen(command, cwd=ROOT, env={**os.environ, **shared, "RANK": str(rank), "LOCAL_RANK": str(rank)},
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for rank in range(2)
    ]  # fmt: skip
    results = [run.communicate(timeout=280) for run in runs]
    assert [run.returncode for run in runs] == [0, 0], results
    assert json.loads(results[0][0].splitlines()[-1])["updates"] == 3
    assert (tmp_path / "out" / "adapter_model.safetensors").is_file()
    assert (tmp_path / "out" / "checkpoint-2" / "progress.json").is_file()
