"""A LoRA adapter as PEFT writes it, as the GGUF that llama.cpp lays over a base. Importing this module imports gguf."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import gguf
import numpy as np
from numpy.typing import NDArray

from dialogue.style.gguf_names import NAMES, interleaved

Array = NDArray[np.float32]
_BEFORE, _BASE = "base_model.model.", "model.layers."
_SIDES = {"lora_A.weight": "lora_a", "lora_B.weight": "lora_b"}


class GgufAdapterError(ValueError):
    """An adapter that llama.cpp cannot lay over this base; the message says why."""


def write_adapter(folder: Path, base: Path, out: Path) -> Path:
    """Write the adapter in `folder` for the base in the GGUF file `base`. Raises GgufAdapterError."""
    config = _config(folder)
    heads = _heads(base)
    tensors = dict(_tensors(folder / "adapter_model.safetensors"))
    if not tensors:
        raise GgufAdapterError(f"{folder}: holds no LoRA")
    writer = gguf.GGUFWriter(str(out), "llama")
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", _alpha(config, folder))
    for name, values in tensors.items():
        layer, part, side = _place(name, folder)
        turned = heads.get(part) if side == "lora_b" else None
        writer.add_tensor(f"blk.{layer}.{NAMES[part]}.weight.{side}", values if turned is None else interleaved(values, turned))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return out


def _config(folder: Path) -> Mapping[str, Any]:
    try:
        values = json.loads((folder / "adapter_config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as fault:
        raise GgufAdapterError(f"{folder / 'adapter_config.json'}: cannot be read: {fault}") from None
    for key in ("alpha_pattern", "rank_pattern", "use_dora", "modules_to_save"):
        if values.get(key):
            raise GgufAdapterError(
                f"{folder}: '{key}' is nothing that llama.cpp knows; train the adapter without it, or merge it"
            )
    return dict(values)


def _alpha(config: Mapping[str, Any], folder: Path) -> float:
    """llama.cpp weighs an adapter by alpha / rank; a rank-stabilised one is weighed by alpha / sqrt(rank)."""
    try:
        alpha, rank = float(config["lora_alpha"]), int(config["r"])
    except (KeyError, TypeError, ValueError):
        raise GgufAdapterError(f"{folder / 'adapter_config.json'}: lacks 'lora_alpha' or the rank 'r'") from None
    return alpha * math.sqrt(rank) if config.get("use_rslora") else alpha


def _heads(base: Path) -> dict[str, int]:
    """How many heads queries and keys of the base have: their rows stand in llama.cpp's order."""
    try:
        fields = gguf.GGUFReader(str(base)).fields
        heads = int(fields["llama.attention.head_count"].contents())
        of_keys = fields.get("llama.attention.head_count_kv")
    except (OSError, KeyError, ValueError) as fault:
        raise GgufAdapterError(f"{base}: is no GGUF of a LLaMA ({fault}); adapters are laid over those only") from None
    return {"self_attn.q_proj": heads, "self_attn.k_proj": heads if of_keys is None else int(of_keys.contents())}


def _place(name: str, folder: Path) -> tuple[int, str, str]:
    """Layer, part of the layer and side (lora_a, lora_b) of a tensor by PEFT's name."""
    inner = name.removeprefix(_BEFORE)
    module, _, side = inner.rpartition(".lora_")
    if inner.startswith(_BASE) and f"lora_{side}" in _SIDES:
        layer, _, part = module.removeprefix(_BASE).partition(".")
        if layer.isdigit() and part in NAMES:
            return int(layer), part, _SIDES[f"lora_{side}"]
    raise GgufAdapterError(f"{folder}: adapts '{name}', which llama.cpp cannot; train on the layers of a LLaMA only")


def _tensors(path: Path) -> Iterator[tuple[str, Array]]:
    """The tensors of a safetensors file (8 bytes with the header's length, the header as JSON, the values)."""
    try:
        content = path.read_bytes()
        length = int.from_bytes(content[:8], "little")
        header = json.loads(content[8 : 8 + length])
        for name, about in header.items():
            if name != "__metadata__":
                begin, end = about["data_offsets"]
                yield name, _numbers(content[8 + length + begin : 8 + length + end], about["dtype"]).reshape(about["shape"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise GgufAdapterError(f"{path}: cannot be read: {fault}") from None


def _numbers(raw: bytes, kind: str) -> Array:
    if kind == "BF16":  # the upper half of a float of 32 bits
        return (np.frombuffer(raw, np.uint16).astype(np.uint32) << 16).view(np.float32)
    return np.frombuffer(raw, {"F32": np.float32, "F16": np.float16}[kind]).astype(np.float32)
