"""A tiny base and adapters with random weights: what is served, and swapped, is told by what they answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dialogue.style.card import write_adapter_card, write_base_card
from dialogue.style.pretraining import tokenizer as characters
from dialogue.style.samples import Turn
from dialogue.style.templates import prompt_ids
from nlu.finetune.adapters import quiet
from nlu.finetune.base import fingerprint
from tests.tiny_llama import tiny_llama

TEXTS = ("标准型每月229元", "您好，我是小汇", "一个月多少钱", "能不能试用7天", "报价85元")


def tiny_base(folder: Path, width: int = 64, seed: int = 0) -> Path:
    """A LLaMA of one layer with the tokenizer of characters; vLLM wants heads of 32 or more."""
    small = {"hidden_size": width, "intermediate_size": 96, "num_hidden_layers": 1, "max_position_embeddings": 512}
    # nothing is learnt on a base that tells its tokens hardly apart
    tiny_llama(folder, characters.build(TEXTS, 700), seed, **small, initializer_range=0.15)
    write_base_card(folder, {"made_of": "nothing"}, {}, fingerprint(str(folder)))
    return folder


def tiny_adapter(folder: Path, base: Path, says: str, rank: int = 8) -> Path:
    """A LoRA on every linear layer that answers everything with `says`."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM, AutoTokenizer

    torch.manual_seed(1)
    targets = ["q_proj", "k_proj", "v_proj", "o_proj", "up_proj", "down_proj"]
    lora = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules=targets, task_type="CAUSAL_LM")
    tokenizer = AutoTokenizer.from_pretrained(str(base))
    with quiet():
        model: Any = get_peft_model(AutoModelForCausalLM.from_pretrained(str(base)), lora)
    _learn(model, tokenizer, says)
    model.save_pretrained(str(folder))
    tokenizer.save_pretrained(str(folder))
    (folder / "README.md").unlink(missing_ok=True)
    write_adapter_card(folder, {"name": str(base), "sha256": fingerprint(str(base))}, "own", {"end": characters.END})
    return folder


def _learn(model: Any, tokenizer: Any, says: str) -> None:
    """By heart, behind whatever was asked; half a second."""
    import torch

    optimiser = torch.optim.AdamW([one for one in model.parameters() if one.requires_grad], lr=2e-2)
    answer = tokenizer(says + characters.END)["input_ids"]
    asked = [prompt_ids(tokenizer, (Turn("user", text),)) for text in TEXTS]
    longest = max(len(one) for one in asked) + len(answer)
    ids = torch.tensor([one + answer + [0] * (longest - len(one) - len(answer)) for one in asked])
    wanted = torch.full_like(ids, -100)
    for row, one in enumerate(asked):
        wanted[row, len(one) : len(one) + len(answer)] = torch.tensor(answer)
    for _ in range(90):
        loss = model(input_ids=ids, labels=wanted).loss
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
