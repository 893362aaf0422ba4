"""What is exported understands as what was trained."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytest.importorskip("peft")
pytest.importorskip("onnx")

from nlu.loading import load_parser
from nlu.lora.export import ExportError, export
from nlu.lora.settings import IntentLora
from nlu.lora.train import train

SAID = "多少钱一年能先试用吗"


@pytest.fixture(params=["llama", "bert"])
def trained(request: pytest.FixtureRequest, base_of: Callable[[str], Path], data: Path, tmp_path: Path) -> Path:
    base = str(base_of(request.param))
    quick = {"learning_rate": 1e-2, "head_learning_rate": 3e-2, "epochs": 12.0, "batch_size": 8, "gradient_accumulation_steps": 1}
    out = tmp_path / "trained"
    config = IntentLora(
        base_model=base, train_data=(data,), output_dir=out, val_size=0.0, threads=1, report_to=("none",), **quick
    )
    return train(config, print).folder


def test_merged_and_exported_models_understand_alike(trained: Path, tmp_path: Path) -> None:
    wanted = load_parser(trained).parse(SAID)
    merged = load_parser(export(trained, tmp_path / "merged", "transformers")).parse(SAID)
    whole = load_parser(export(trained, tmp_path / "onnx", "onnx")).parse(SAID)
    assert set(wanted.intents) == {"price", "trial"}
    assert wanted.intents == merged.intents == whole.intents
    for other in (merged, whole):
        assert [need.confidence for need in other.needs] == pytest.approx([need.confidence for need in wanted.needs], abs=2e-3)
        assert [(need.start, need.end) for need in other.needs] == [(need.start, need.end) for need in wanted.needs]
    assert not list((tmp_path / "onnx").glob("*.safetensors"))


@pytest.mark.parametrize("bits", [8, 4])
@pytest.mark.parametrize("trained", ["bert"], indirect=True)
def test_few_bits_understand_nearly_alike(trained: Path, tmp_path: Path, bits: int) -> None:
    few = load_parser(export(trained, tmp_path / "few", "onnx", bits)).parse(SAID)
    assert few.intents == load_parser(trained).parse(SAID).intents


@pytest.mark.parametrize("trained", ["bert"], indirect=True)
def test_what_cannot_be_exported_is_told(trained: Path, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="must be 8 or 4, got 3"):
        export(trained, tmp_path / "out", "onnx", 3)
    with pytest.raises(ExportError, match="goes with --to onnx"):
        export(trained, tmp_path / "out", "transformers", 8)
