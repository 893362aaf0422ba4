"""A tokenizer of characters, written as byte-level BPE: transformers, vLLM and llama.cpp all load it.

Merges stay inside a character, so each common character is a token, each digit is one, and a rare character falls apart into
bytes. However a program cuts a text beforehand, the tokens are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from dialogue.style.templates import TEMPLATES

BEGIN, END, FIRST = "<|im_start|>", "<|im_end|>", "<|endoftext|>"
_PLANES = range(0xB0, 0xD8)
"""Lead bytes of GB 2312's first level: the 3,755 characters that make up 99.7 % of running text."""


def build(texts: Iterable[str], size: int) -> Any:
    """A transformers tokenizer with ChatML's template. `size`: tokens at most, of which 260 are bytes and marks."""
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    inner = Tokenizer(models.BPE())
    one_by_one = pre_tokenizers.Split(Regex(r"[\s\S]"), "isolated")
    inner.pre_tokenizer = pre_tokenizers.Sequence([one_by_one, pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    inner.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=[FIRST, BEGIN, END],
        initial_alphabet=sorted(alphabet),
        min_frequency=1,
        show_progress=False,
    )
    inner.train_from_iterator(_all(texts), trainer)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=inner, bos_token=None, eos_token=END, pad_token=FIRST)
    tokenizer.chat_template = TEMPLATES["qwen"].jinja
    return tokenizer


def save(tokenizer: Any, folder: Path) -> None:
    """tokenizer.json, its config and the chat template."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save_pretrained(str(folder))


def _all(texts: Iterable[str]) -> Iterator[str]:
    yield from common_characters()
    yield from texts


def common_characters() -> Iterator[str]:
    """GB 2312's first level and the punctuation of Chinese texts."""
    for lead in _PLANES:
        last = 0xFA if lead == 0xD7 else 0xFF
        yield "".join(bytes((lead, trail)).decode("gb2312") for trail in range(0xA1, last))
    yield "，。？！：；、“”‘’（）《》—…·％￥"
