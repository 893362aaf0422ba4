"""Adapters in llama.cpp's form; that they say the same there is shown by tests/deploy/llm_server/test_edge.py."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

gguf = pytest.importorskip("gguf")
torch = pytest.importorskip("torch")

from safetensors.torch import save_file  # noqa: E402

from dialogue.style.export import load  # noqa: E402
from dialogue.style.gguf import write  # noqa: E402
from dialogue.style.gguf_adapter import GgufAdapterError, write_adapter  # noqa: E402
from dialogue.style.gguf_names import interleaved  # noqa: E402

QUERY = "base_model.model.model.layers.1.self_attn.q_proj"


@pytest.fixture
def whole(base: Path, tmp_path: Path) -> Path:
    return write(load(base), tmp_path / "base.gguf")


def lora(folder: Path, module: str = QUERY, kind: Any = None, **config: Any) -> Path:
    """An adapter of rank 2 on one layer of the tiny base (width 32)."""
    folder.mkdir()
    generator = torch.Generator().manual_seed(0)
    pair = {"lora_A": torch.rand((2, 32), generator=generator), "lora_B": torch.rand((32, 2), generator=generator)}
    save_file(
        {f"{module}.{side}.weight": one.to(kind or torch.float32) for side, one in pair.items()},
        folder / "adapter_model.safetensors",
    )
    (folder / "adapter_config.json").write_text(json.dumps({"r": 2, "lora_alpha": 6, **config}), "utf-8")
    return folder


def test_queries_stand_in_llama_cpp_s_order_and_the_weight_is_kept(whole: Path, tmp_path: Path) -> None:
    folder = lora(tmp_path / "lora")
    read = gguf.GGUFReader(str(write_adapter(folder, whole, tmp_path / "lora.gguf")))
    assert float(read.fields["adapter.lora.alpha"].contents()) == 6.0
    tensors = {one.name: one.data for one in read.tensors}
    assert set(tensors) == {"blk.1.attn_q.weight.lora_a", "blk.1.attn_q.weight.lora_b"}
    from safetensors.numpy import load_file

    saved = load_file(folder / "adapter_model.safetensors")
    assert (tensors["blk.1.attn_q.weight.lora_a"] == saved[f"{QUERY}.lora_A.weight"]).all()
    assert (tensors["blk.1.attn_q.weight.lora_b"] == interleaved(saved[f"{QUERY}.lora_B.weight"], 2)).all()


@pytest.mark.parametrize("kind", [torch.bfloat16, torch.float16])
def test_halved_weights_are_read_too(whole: Path, tmp_path: Path, kind: Any) -> None:
    folder = lora(tmp_path / "lora", kind=kind)
    read = gguf.GGUFReader(str(write_adapter(folder, whole, tmp_path / "lora.gguf")))
    generator = torch.Generator().manual_seed(0)
    wanted = torch.rand((2, 32), generator=generator).to(kind).float().numpy()
    found = next(one.data for one in read.tensors if one.name.endswith("lora_a"))
    assert (found == wanted).all()


def test_a_rank_stabilised_adapter_weighs_the_same(whole: Path, tmp_path: Path) -> None:
    written = write_adapter(lora(tmp_path / "lora", use_rslora=True), whole, tmp_path / "lora.gguf")
    alpha = float(gguf.GGUFReader(str(written)).fields["adapter.lora.alpha"].contents())
    assert alpha / 2 == pytest.approx(6 / 2**0.5)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"use_dora": True}, "'use_dora' is nothing that llama.cpp knows"),
        ({"module": "base_model.model.lm_head"}, "adapts 'base_model.model.lm_head.lora_A.weight', which llama.cpp cannot"),
        ({"r": None}, "lacks 'lora_alpha' or the rank"),
    ],
)
def test_what_llama_cpp_cannot_lay_over_a_base_is_refused(
    whole: Path, tmp_path: Path, changes: dict[str, Any], told: str
) -> None:
    with pytest.raises(GgufAdapterError, match=told):
        write_adapter(lora(tmp_path / "lora", **changes), whole, tmp_path / "lora.gguf")


def test_a_base_that_is_no_gguf_is_refused(tmp_path: Path) -> None:
    (tmp_path / "base.gguf").write_bytes(b"no gguf at all" * 9)
    with pytest.raises(GgufAdapterError, match="is no GGUF of a LLaMA"):
        write_adapter(lora(tmp_path / "lora"), tmp_path / "base.gguf", tmp_path / "lora.gguf")
