"""A LLaMA of a few thousand random weights with the tokenizer of characters; real ones differ in size alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dialogue.style.pretraining import tokenizer as characters


def tiny_llama(folder: Path, tokenizer: Any, seed: int = 0, **shape: Any) -> Path:
    """Saved as transformers saves it, with the tokenizer; `shape` are keys of LlamaConfig."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(seed)
    small = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "max_position_embeddings": 256}
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        num_attention_heads=2,
        num_key_value_heads=2,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        **{**small, **shape},
    )
    LlamaForCausalLM(config).save_pretrained(str(folder))
    characters.save(tokenizer, folder)
    return folder
