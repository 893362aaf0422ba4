"""A LLaMA as a GGUF file for llama.cpp: whole, or with weights of 8 or 4 bits. Importing this module imports torch and gguf."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gguf
import numpy as np
from numpy.typing import NDArray

from dialogue.style.export import Loaded, StyleExportError
from dialogue.style.gguf_names import NAMES, interleaved

FILE = "model.gguf"
_TYPES = {None: gguf.GGMLQuantizationType.F16, 8: gguf.GGMLQuantizationType.Q8_0, 4: gguf.GGMLQuantizationType.Q4_0}
_BLOCK = 32
"""Weights that share a scale; rows of other lengths stay in 16 bits."""


def write(loaded: Loaded, path: Path, bits: int | None = None) -> Path:
    """The model as one file. Raises StyleExportError for architectures and tokenizers that llama.cpp's own converter is for."""
    config = loaded.model.config
    inner = json.loads(loaded.tokenizer.backend_tokenizer.to_str())["model"] if loaded.tokenizer.is_fast else {}
    if config.model_type != "llama" or inner.get("type") != "BPE" or inner.get("byte_fallback"):
        raise StyleExportError(
            f"a GGUF is written here for LLaMAs with a byte-level tokenizer, not for {config.model_type}; merge the adapter "
            "(--to transformers) and give the folder to llama.cpp's convert_hf_to_gguf.py"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    writer = gguf.GGUFWriter(str(path), "llama")
    _shape(writer, config)
    _tokens(writer, loaded, inner)
    for name, values in _tensors(loaded.model.state_dict(), config):
        kind = _TYPES[bits] if values.ndim == 2 else gguf.GGMLQuantizationType.F32
        if kind.name.startswith("Q") and values.shape[1] % _BLOCK:
            kind = gguf.GGMLQuantizationType.F16
        writer.add_tensor(name, gguf.quants.quantize(values, kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _shape(writer: Any, config: Any) -> None:
    rope = getattr(config, "rope_parameters", None) or {}
    writer.add_name(str(config.model_type))
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_block_count(config.num_hidden_layers)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    writer.add_rope_dimension_count(config.hidden_size // config.num_attention_heads)
    writer.add_rope_freq_base(float(rope.get("rope_theta", 10000.0)))
    writer.add_vocab_size(config.vocab_size)


def _tokens(writer: Any, loaded: Loaded, inner: dict[str, Any]) -> None:
    tokenizer = loaded.tokenizer
    special = set(tokenizer.all_special_tokens) | {str(one) for one in tokenizer.get_added_vocab()}
    tokens = tokenizer.convert_ids_to_tokens(list(range(len(tokenizer))))
    merges = [one if isinstance(one, str) else " ".join(one) for one in inner["merges"]]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types([gguf.TokenType.CONTROL if one in special else gguf.TokenType.NORMAL for one in tokens])
    writer.add_token_merges(merges)
    writer.add_eos_token_id(tokenizer.convert_tokens_to_ids(loaded.end))
    writer.add_add_bos_token(False)
    if tokenizer.chat_template:
        writer.add_chat_template(tokenizer.chat_template)


def _tensors(weights: Any, config: Any) -> Iterator[tuple[str, NDArray[np.float32]]]:
    for name, tensor in weights.items():
        values: NDArray[np.float32] = tensor.detach().float().cpu().numpy()
        if name == "model.embed_tokens.weight":
            yield "token_embd.weight", values
        elif name == "model.norm.weight":
            yield "output_norm.weight", values
        elif name == "lm_head.weight":
            if not config.tie_word_embeddings:
                yield "output.weight", values
        elif name.startswith("model.layers."):
            _, _, layer, rest = name.split(".", 3)
            part = rest.removesuffix(".weight")
            heads = {"self_attn.q_proj": config.num_attention_heads, "self_attn.k_proj": config.num_key_value_heads}.get(part)
            yield f"blk.{layer}.{NAMES[part]}.weight", values if heads is None else interleaved(values, heads)
