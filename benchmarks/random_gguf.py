"""A GGUF of random INT4 weights in the shape of a real model: its size, memory and speed are those of the model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np
from numpy.typing import NDArray

from dialogue.style.pretraining.tokenizer import BEGIN, END, FIRST, build
from dialogue.style.templates import TEMPLATES

KIND = gguf.GGMLQuantizationType.Q4_0
BLOCK, BLOCK_BYTES = 32, 18
"""Weights of a block, and its bytes: a scale of 16 bits and half a byte for each weight."""
SCALE = 0.01


@dataclass(frozen=True, slots=True)
class Shape:
    """A LLaMA. `tied`: the words in and the words out share their weights."""

    name: str
    vocabulary: int
    width: int
    inner: int
    layers: int
    heads: int
    key_heads: int
    tied: bool = False

    def matrices(self) -> Iterator[tuple[str, int, int]]:
        """Name, rows and columns of each matrix."""
        keys = self.width * self.key_heads // self.heads
        yield "token_embd", self.vocabulary, self.width
        if not self.tied:
            yield "output", self.vocabulary, self.width
        for layer in range(self.layers):
            for part, rows, columns in (
                ("attn_q", self.width, self.width),
                ("attn_k", keys, self.width),
                ("attn_v", keys, self.width),
                ("attn_output", self.width, self.width),
                ("ffn_gate", self.inner, self.width),
                ("ffn_up", self.inner, self.width),
                ("ffn_down", self.width, self.inner),
            ):
                yield f"blk.{layer}.{part}", rows, columns

    @property
    def weights(self) -> int:
        return sum(rows * columns for _, rows, columns in self.matrices())


SHAPES = {
    shape.name: shape
    for shape in (
        Shape("llama-1.1b", 32_000, 2048, 5632, 22, 32, 4),
        Shape("qwen-1.5b", 151_936, 1536, 8960, 28, 12, 2, tied=True),
        Shape("llama-3b", 128_256, 3072, 8192, 28, 24, 8, tied=True),
    )
}
"""TinyLlama-1.1B, Qwen2.5-1.5B, Llama-3.2-3B, as their config.json have it."""


def size_bytes(shape: Shape) -> int:
    """Of all its weights in INT4; norms and tokens add some hundred kilobytes."""
    return shape.weights // BLOCK * BLOCK_BYTES


def write_random(shape: Shape, path: Path) -> Path:
    """With the tokenizer of characters, filled up with words of Latin letters."""
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_name(shape.name)
    writer.add_context_length(2048)
    writer.add_embedding_length(shape.width)
    writer.add_block_count(shape.layers)
    writer.add_feed_forward_length(shape.inner)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.key_heads)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(shape.width // shape.heads)
    writer.add_rope_freq_base(10_000.0)
    writer.add_vocab_size(shape.vocabulary)
    _tokens(writer, shape)
    random, ones = np.random.default_rng(0), np.ones(shape.width, np.float32)
    writer.add_tensor("output_norm.weight", ones)
    for name, rows, columns in shape.matrices():
        writer.add_tensor(f"{name}.weight", _random(random, rows, columns), raw_dtype=KIND)
    for layer in range(shape.layers):
        for norm in ("attn_norm", "ffn_norm"):
            writer.add_tensor(f"blk.{layer}.{norm}.weight", ones)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def _tokens(writer: gguf.GGUFWriter, shape: Shape) -> None:
    import json

    tokenizer = build((), 5000)
    inner = json.loads(tokenizer.backend_tokenizer.to_str())["model"]
    known = tokenizer.convert_ids_to_tokens(list(range(len(tokenizer))))
    unused = [f"x{number}" for number in range(shape.vocabulary - len(known))]
    marks = {FIRST, BEGIN, END}
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list([*known, *unused])
    writer.add_token_types([gguf.TokenType.CONTROL if one in marks else gguf.TokenType.NORMAL for one in (*known, *unused)])
    writer.add_token_merges([one if isinstance(one, str) else " ".join(one) for one in inner["merges"]])
    writer.add_eos_token_id(tokenizer.convert_tokens_to_ids(END))
    writer.add_add_bos_token(False)
    writer.add_chat_template(TEMPLATES["qwen"].jinja)


def _random(random: np.random.Generator, rows: int, columns: int) -> NDArray[np.uint8]:
    blocks = random.integers(0, 256, size=(rows, columns // BLOCK, BLOCK_BYTES), dtype=np.uint8)
    blocks[:, :, :2] = np.frombuffer(np.float16(SCALE).tobytes(), np.uint8)
    return blocks.reshape(rows, -1)
