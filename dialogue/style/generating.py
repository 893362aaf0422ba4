"""Greedy answers of a model in memory. Importing this module imports torch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch

from dialogue.style.samples import Turn
from dialogue.style.templates import prompt_ids

_ROWS = 16
"""Prompts answered at once."""


def answers(model: Any, tokenizer: Any, prompts: Sequence[Sequence[Turn]], end: str, most: int) -> list[str]:
    """The likeliest words to each conversation, up to `end` or so many tokens."""
    texts = [""] * len(prompts)
    ids = [prompt_ids(tokenizer, turns) for turns in prompts]
    order = sorted(range(len(ids)), key=lambda at: len(ids[at]))
    for begin in range(0, len(order), _ROWS):
        chosen = order[begin : begin + _ROWS]
        for at, tokens in zip(chosen, greedy(model, tokenizer, [ids[at] for at in chosen], end, most), strict=True):
            texts[at] = str(tokenizer.decode(tokens, skip_special_tokens=True)).strip()
    return texts


def greedy(model: Any, tokenizer: Any, prompts: Sequence[Sequence[int]], end: str, most: int) -> list[list[int]]:
    """Tokens after each prompt, without the one that ends an answer."""
    device = next(model.parameters()).device
    stop = tokenizer.convert_tokens_to_ids(end)
    padding = tokenizer.pad_token_id or 0
    longest = max(len(ids) for ids in prompts)
    rows = torch.tensor([[padding] * (longest - len(ids)) + list(ids) for ids in prompts], device=device)
    mask = torch.tensor([[0] * (longest - len(ids)) + [1] * len(ids) for ids in prompts], device=device)
    was_training = model.training
    model.eval()
    with torch.no_grad():
        out = model.generate(
            input_ids=rows,
            attention_mask=mask,
            max_new_tokens=most,
            do_sample=False,
            use_cache=True,
            eos_token_id=stop,
            pad_token_id=padding,
        )
    model.train(was_training)
    return [_until(row[longest:].tolist(), stop) for row in out]


def _until(tokens: list[int], stop: int) -> list[int]:
    return tokens[: tokens.index(stop)] if stop in tokens else tokens
