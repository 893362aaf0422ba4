"""Random weights in a model's shape are a file that is read as that model."""

from __future__ import annotations

from pathlib import Path

import pytest

gguf = pytest.importorskip("gguf")
pytest.importorskip("transformers")

from benchmarks.random_gguf import SHAPES, Shape, size_bytes, write_random  # noqa: E402

SMALL = Shape("small", 5000, 64, 96, 2, 4, 2)


def test_the_size_is_what_the_format_gives(tmp_path: Path) -> None:
    path = write_random(SMALL, tmp_path / "model.gguf")
    read = gguf.GGUFReader(str(path))
    matrices = [one for one in read.tensors if len(one.shape) == 2]
    assert sum(one.n_bytes for one in matrices) == size_bytes(SMALL)
    assert sum(one.n_elements for one in matrices) == SMALL.weights
    assert int(read.fields["llama.block_count"].contents()) == 2


@pytest.mark.parametrize(
    ("name", "billions", "megabytes"), [("llama-1.1b", 1.1, 619), ("qwen-1.5b", 1.5, 868), ("llama-3b", 3.2, 1807)]
)
def test_models_of_one_to_three_billions_stay_under_two_gigabytes(name: str, billions: float, megabytes: int) -> None:
    assert SHAPES[name].weights / 1e9 == pytest.approx(billions, abs=0.06)
    assert size_bytes(SHAPES[name]) / 1e6 == pytest.approx(megabytes, abs=1)
