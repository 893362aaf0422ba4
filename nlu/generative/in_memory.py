"""The model asked in this process: for trainings, tests and measurements without a server. Importing this module imports torch.

Nothing here keeps the answer to the schema, as a server does: what the adapter has not learnt comes out as it is, and is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import yaml

from nlu.finetune.adapters import base_of_adapter, quiet
from nlu.finetune.base import BaseModelError, fingerprint, resolve
from nlu.generative.likelihood import Weighed
from nlu.generative.parser import Generated, Unanswered, most_tokens
from nlu.model_folder import ModelError

_ROWS = 16
"""Sentences read at once."""
_WEIGHED = 20
"""Tokens looked at in each place, as many as servers tell."""


@dataclass(frozen=True, slots=True)
class InMemory:
    """A language model with its adapter; `end` closes an answer. Not thread safe."""

    model: Any
    tokenizer: Any
    end: int

    @classmethod
    def load(cls, folder: Path) -> InMemory:
        """An adapter on its base, or a merged model. Raises ModelError."""
        from transformers import AutoModelForCausalLM, AutoTokenizer

        try:
            with quiet():
                tokenizer = AutoTokenizer.from_pretrained(str(folder))
                adapter = (folder / "adapter_config.json").is_file()
                model: Any = AutoModelForCausalLM.from_pretrained(_base(folder) if adapter else str(folder))
                if adapter:
                    from peft import PeftModel

                    # not merged: the head may share its weights with the embeddings
                    model = PeftModel.from_pretrained(model, str(folder))
        except (BaseModelError, OSError) as fault:
            raise ModelError(f"{folder}: cannot be loaded ({fault})") from None
        end: Any = tokenizer.convert_tokens_to_ids(str(_card(folder).get("end") or tokenizer.eos_token))
        return cls(model.eval(), tokenizer, int(end))

    def answers(self, texts: Sequence[str]) -> list[Generated | Unanswered]:
        """Greedy answers, in the order of the texts."""
        prompts = [self._prompt(text) for text in texts]
        order = sorted(range(len(texts)), key=lambda at: len(prompts[at]))
        found: list[Generated | Unanswered] = [Unanswered("not asked")] * len(texts)
        for begin in range(0, len(order), _ROWS):
            chosen = order[begin : begin + _ROWS]
            most = max(most_tokens(texts[at]) for at in chosen)
            for at, answer in zip(chosen, self._written([prompts[at] for at in chosen], most), strict=True):
                found[at] = answer
        return found

    def _prompt(self, text: str) -> list[int]:
        told = self.tokenizer.apply_chat_template([{"role": "user", "content": text}], tokenize=False, add_generation_prompt=True)
        return list(self.tokenizer(told, add_special_tokens=False)["input_ids"])

    def _written(self, prompts: Sequence[Sequence[int]], most: int) -> list[Generated]:
        padding = int(self.tokenizer.pad_token_id or 0)
        longest = max(map(len, prompts))
        rows = torch.tensor([[padding] * (longest - len(ids)) + list(ids) for ids in prompts])
        mask = torch.tensor([[0] * (longest - len(ids)) + [1] * len(ids) for ids in prompts])
        with torch.no_grad():
            out = self.model.generate(
                input_ids=rows,
                attention_mask=mask,
                max_new_tokens=most,
                do_sample=False,
                eos_token_id=self.end,
                pad_token_id=padding,
                return_dict_in_generate=True,
                output_scores=True,
            )
        logs = torch.stack(out.scores, dim=1).float().log_softmax(-1).topk(_WEIGHED, dim=-1)
        rows_ids = out.sequences[:, longest:]
        return [self._generated(ids, logs.indices[at], logs.values[at]) for at, ids in enumerate(rows_ids.tolist())]

    def _generated(self, ids: list[int], indices: torch.Tensor, values: torch.Tensor) -> Generated:
        ids = ids[: ids.index(self.end)] if self.end in ids else ids
        text = str(self.tokenizer.decode(ids))
        said = [str(self.tokenizer.decode([one])) for one in ids]
        if "".join(said) != text:  # a rare character of several tokens: their odds can't be told apart
            said = _aligned(ids, self.tokenizer)
        tokens = []
        for place, piece in enumerate(said):
            others = [(str(self.tokenizer.decode([one])), value) for one, value in _pairs(indices[place], values[place])]
            tokens.append(Weighed(piece, tuple(others)))
        return Generated(text, tuple(tokens))


def _pairs(indices: torch.Tensor, values: torch.Tensor) -> list[tuple[int, float]]:
    return list(zip(indices.tolist(), values.tolist(), strict=True))


def _aligned(ids: Sequence[int], tokenizer: Any) -> list[str]:
    """What each token adds to the text; one that only begins a character adds nothing."""
    pieces: list[str] = []
    whole = ""
    for end in range(1, len(ids) + 1):
        read = str(tokenizer.decode(ids[:end])).rstrip("\ufffd")
        pieces.append(read[len(whole) :])
        whole = read
    return pieces


def _card(folder: Path) -> dict[str, Any]:
    path = folder / "model.yml"
    values = yaml.safe_load(path.read_text(encoding="utf-8")) if path.is_file() else None
    return values if isinstance(values, dict) else {}


def _base(folder: Path) -> str:
    """The adapter's base, held against the hash in its card."""
    named = base_of_adapter(folder)
    if named is None:
        raise BaseModelError("its adapter_config.json names no base")
    found = resolve(named)
    wanted, there = (_card(folder).get("base") or {}).get("sha256"), fingerprint(found)
    if wanted and there and wanted != there:
        raise BaseModelError(f"it was trained on another base than {named}: the weights differ")
    return found
