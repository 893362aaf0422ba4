from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("peft")

from dialogue.style.card import read_card  # noqa: E402
from dialogue.style.data import StyleDataError  # noqa: E402
from dialogue.style.export import load, merge  # noqa: E402
from dialogue.style.generating import answers  # noqa: E402
from dialogue.style.packing import batch, rows_of  # noqa: E402
from dialogue.style.samples import Turn, read_samples  # noqa: E402
from dialogue.style.settings import StyleTraining  # noqa: E402
from dialogue.style.templates import encode  # noqa: E402
from dialogue.style.train import train  # noqa: E402
from dialogue.style.watching import OverfitError, loss_of  # noqa: E402
from nlu.finetune.base import BaseModelError  # noqa: E402
from nlu.finetune.stages import Stage  # noqa: E402


def config(base: Path, data: Path, **more: Any) -> StyleTraining:
    settings: dict[str, Any] = {
        "base_model": str(base),
        "train_data": (data,),
        "output_dir": data.parent / "adapter",
        "max_steps": 2,
        "batch_size": 4,
        "gradient_accumulation_steps": 1,
        "generation_max_length": 6,
        "samples_shown": 2,
        "report_to": ("none",),
        **more,
    }
    return StyleTraining(**settings)


def test_samples_become_an_adapter_with_template_and_card(base: Path, written: Callable[..., Path]) -> None:
    said: list[str] = []
    trained = train(config(base, written(), max_steps=6, learning_rate=5e-3, val_size=2.0), said.append)
    assert (trained.folder / "adapter_model.safetensors").is_file()
    assert "<|im_start|>" in (trained.folder / "chat_template.jinja").read_text(encoding="utf-8")
    card = read_card(trained.folder)
    assert card["task"] == "text-generation"
    assert card["base"]["sha256"]
    assert card["data"]["samples"] == 10
    assert trained.figures["updates"] == 6
    assert any("10 to train on, 2 held out" in line for line in said)


def test_training_lowers_the_loss_of_the_answers(base: Path, written: Callable[..., Path]) -> None:
    first = train(config(base, written(), max_steps=1, learning_rate=1e-9, val_size=3.0, predict_with_generate=False))
    trained = train(config(base, written(), max_steps=25, learning_rate=2e-2, val_size=3.0, predict_with_generate=False))
    assert trained.figures["loss"] < first.figures["loss"] - 0.1


def test_packed_rows_give_the_loss_of_rows_by_themselves(base: Path, tokenizer: Any, written: Callable[..., Path]) -> None:
    loaded = load(base)
    samples = [encode(tokenizer, one, "<|im_end|>") for one in read_samples(written())[:4]]
    packed = rows_of(samples, 512, packed=True)
    assert len(packed) == 1
    with torch.no_grad():
        alone = loss_of(loaded.model, batch(rows_of(samples, 512, packed=False), 0))
        together = loss_of(loaded.model, batch(packed, 0))
    assert float(together) == pytest.approx(float(alone), abs=1e-4)


def test_a_training_that_was_stopped_goes_on_to_the_same_weights(
    base: Path, written: Callable[..., Path], tmp_path: Path
) -> None:
    data = written()
    plain = {"predict_with_generate": False, "lora_dropout": 0.0, "val_size": 0.0, "lr_scheduler": "constant"}
    whole = train(config(base, data, output_dir=tmp_path / "a", max_steps=4, **plain))
    train(config(base, data, output_dir=tmp_path / "b", max_steps=3, save_steps=2, **plain))
    again = train(config(base, data, output_dir=tmp_path / "b", max_steps=4, resume_from_checkpoint=True, **plain))
    from safetensors.torch import load_file

    one, other = (load_file(folder / "adapter_model.safetensors") for folder in (whole.folder, again.folder))
    assert all(torch.allclose(one[name], other[name], atol=1e-6) for name in one)


def test_stages_follow_each_other_and_the_second_starts_from_the_first(base: Path, written: Callable[..., Path]) -> None:
    data = written()
    stages = (Stage(name="trade", max_steps=1), Stage(name="own", max_steps=1, learning_rate=1e-9))
    trained = train(config(base, data, stages=stages, predict_with_generate=False))
    from safetensors.torch import load_file

    first = load_file(data.parent / "adapter" / "stages" / "trade" / "adapter_model.safetensors")
    second = load_file(trained.folder / "adapter_model.safetensors")
    assert all(torch.allclose(first[name], second[name], atol=1e-5) for name in first)


def test_a_merged_model_answers_as_base_and_adapter_do(base: Path, written: Callable[..., Path], tmp_path: Path) -> None:
    trained = train(config(base, written(), max_steps=8, learning_rate=2e-2, predict_with_generate=False))
    prompts = [(Turn("user", text),) for text in ("多少钱", "能试用吗", "带宽多大")]
    apart, merged = load(trained.folder), load(merge(trained.folder, tmp_path / "merged"))
    assert apart.end == merged.end == "<|im_end|>"
    for one in (apart, merged):
        assert one.tokenizer.chat_template
    said = [answers(one.model, one.tokenizer, prompts, one.end, 8) for one in (apart, merged)]
    assert said[0] == said[1]


def test_an_adapter_is_not_put_on_another_base(base: Path, written: Callable[..., Path], tmp_path: Path) -> None:
    trained = train(config(base, written(), predict_with_generate=False))
    other = tmp_path / "other"
    other.mkdir()
    for file in base.iterdir():
        (other / file.name).write_bytes(file.read_bytes())
    loaded = load(base)
    with torch.no_grad():
        next(loaded.model.parameters()).add_(1.0)
    loaded.model.save_pretrained(str(other))
    with pytest.raises(BaseModelError, match="another base"):
        load(trained.folder, str(other))


def test_the_alarm_stops_a_training_that_only_copies(base: Path, written: Callable[..., Path]) -> None:
    same = [{"input": f"问题{at}多少钱", "output": "您好您好您好您好。"} for at in range(8)]
    stopping = config(
        base, written(samples=same), max_steps=60, learning_rate=3e-2, eval_strategy="steps", eval_steps=10, val_size=2.0,
        overfit_alarm="stop", generation_max_length=10, max_grad_norm=0.0,
    )  # fmt: skip
    with pytest.raises(OverfitError, match=r"copy those of training|repeat themselves"):
        train(stopping)


def test_a_high_rank_is_warned_about(base: Path, written: Callable[..., Path], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        train(config(base, written(), lora_rank=64, max_steps=1, predict_with_generate=False))
    assert "lora_rank 64" in caplog.text


def test_samples_without_any_answer_are_refused(base: Path, written: Callable[..., Path]) -> None:
    with pytest.raises(StyleDataError, match="no sample has an answer"):
        train(config(base, written(samples=[{"input": "多少钱", "output": ""}])))


def test_sample_answers_are_written_to_tensorboard(base: Path, written: Callable[..., Path]) -> None:
    pytest.importorskip("tensorboard")
    data = written()
    train(config(base, data, report_to=("tensorboard",), logging_dir=data.parent / "board", val_size=2.0))
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    board = EventAccumulator(str(data.parent / "board"))
    board.Reload()
    assert "eval/perplexity" in board.Tags()["scalars"]
    assert any(tag.startswith("answers") for tag in board.Tags()["tensors"])


def test_an_adapter_is_trained_on_a_base_in_four_bits(base: Path, written: Callable[..., Path]) -> None:
    pytest.importorskip("bitsandbytes")
    trained = train(
        config(
            base,
            written(),
            finetuning_type="qlora",
            optimizer="adamw_8bit",
            max_steps=2,
            val_size=0.0,
            predict_with_generate=False,
        )
    )
    assert (trained.folder / "adapter_model.safetensors").is_file()
