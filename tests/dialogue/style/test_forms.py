from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("peft")
pytest.importorskip("gguf")

from dialogue.style.export import StyleExportError, load  # noqa: E402
from dialogue.style.forms import export  # noqa: E402
from dialogue.style.parity import Parity, demand, parity, reference_prompts  # noqa: E402
from dialogue.style.settings import StyleTraining  # noqa: E402
from dialogue.style.train import train  # noqa: E402


@pytest.fixture
def adapter(base: Path, written: Callable[..., Path], tmp_path: Path) -> Path:
    config = StyleTraining(
        base_model=str(base),
        train_data=(written(),),
        output_dir=tmp_path / "adapter",
        target_modules=("all",),
        max_steps=8,
        learning_rate=2e-2,
        predict_with_generate=False,
        report_to=("none",),
    )
    return train(config).folder


def test_merged_gguf_and_onnx_say_what_was_trained(adapter: Path, tmp_path: Path) -> None:
    assert export(adapter, tmp_path / "merged", "transformers").parity.share >= 0.95
    assert export(adapter, tmp_path / "whole", "gguf").parity.share >= 0.95
    assert export(adapter, tmp_path / "q8", "gguf", 8).parity.share >= 0.85
    assert export(adapter, tmp_path / "onnx", "onnx").parity.share >= 0.95
    sizes = [(tmp_path / name / "model.gguf").stat().st_size for name in ("q8", "whole")]
    assert sizes[0] < sizes[1]


def test_a_model_of_other_weights_fails_loudly(adapter: Path, base: Path) -> None:
    found = parity(load(adapter), lambda prompts, most: [[7] * most for _ in prompts])
    assert found == Parity(found.share, 20)
    with pytest.raises(StyleExportError, match=r"the merged model says something else .* 95% are wanted"):
        demand(found, "merged")
    demand(found, "q4")  # told, not judged
    assert len(reference_prompts()) == 20
    assert base.is_dir()


def test_bits_of_a_form_that_has_none_are_refused(adapter: Path, tmp_path: Path) -> None:
    with pytest.raises(StyleExportError, match="--bits goes with --to gguf"):
        export(adapter, tmp_path / "out", "transformers", 8)


def of_the_head(base: Path, samples: Path, folder: Path, merged: Path | None = None) -> StyleTraining:
    return StyleTraining(
        base_model=str(base),
        train_data=(samples,),
        output_dir=folder,
        target_modules=("all", "lm_head"),
        export_dir=merged,
        max_steps=1,
        predict_with_generate=False,
        report_to=("none",),
    )


def test_an_adapter_of_a_head_that_is_the_embeddings_too_is_refused_before_anything_is_written(
    base: Path, written: Callable[..., Path], tmp_path: Path
) -> None:
    folder = train(of_the_head(base, written(), tmp_path / "head")).folder
    for form in ("transformers", "gguf", "onnx"):
        with pytest.raises(StyleExportError, match=r"head: adapts 'lm_head'.*\(target_modules: all\)"):
            export(folder, tmp_path / "out", form)
    assert not (tmp_path / "out").exists()


def test_a_training_that_would_end_in_such_an_export_does_not_begin(
    base: Path, written: Callable[..., Path], tmp_path: Path
) -> None:
    with pytest.raises(StyleExportError, match=r"export_dir: adapts 'lm_head'"):
        train(of_the_head(base, written(), tmp_path / "head", merged=tmp_path / "merged"))
    assert not (tmp_path / "head").exists()
