"""A style adapter merged into its base, as GGUF or as ONNX, each held against the model as it was trained.

Importing this module imports torch.
"""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialogue.style.card import CARD, read_card
from nlu.finetune.adapters import base_of_adapter, quiet
from nlu.finetune.base import BaseModelError, fingerprint, resolve

log = logging.getLogger(__name__)


class StyleExportError(ValueError):
    """A model that cannot be exported so; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A language model in memory with its tokenizer; `end` closes an answer."""

    model: Any
    tokenizer: Any
    end: str


def load(folder: Path, base: str | None = None) -> Loaded:
    """A base, a merged model, or an adapter on its base (`base` where it lies elsewhere now). Raises BaseModelError."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    if not folder.is_dir():
        raise BaseModelError(f"{folder}: there is no such model folder")
    with quiet():
        tokenizer = AutoTokenizer.from_pretrained(str(folder))
        if tokenizer.pad_token is None:
            tokenizer.pad_token = tokenizer.eos_token
        adapter = (folder / "adapter_config.json").is_file()
        model: Any = AutoModelForCausalLM.from_pretrained(base_folder(folder, base) if adapter else str(folder))
        if adapter:
            from peft import PeftModel

            model = PeftModel.from_pretrained(model, str(folder))
    return Loaded(model.eval(), tokenizer, str(read_card(folder).get("end") or tokenizer.eos_token))


def base_folder(folder: Path, base: str | None = None) -> str:
    """Where an adapter's base lies, held against the hash that the card keeps. Raises BaseModelError."""
    named = base or base_of_adapter(folder)
    if named is None:
        raise BaseModelError(f"{folder}: its adapter_config.json names no base; say which one with --base DIR")
    found = resolve(named)
    wanted = (read_card(folder).get("base") or {}).get("sha256")
    there = fingerprint(found)
    if wanted and there and wanted != there:
        raise BaseModelError(f"{folder}: was trained on another base than {named} (its weights differ); name that one")
    return found


_SHARED = ("lm_head", "embed_tokens")


def refuse_shared_head(adapted: Iterable[str], base: str, what: str) -> None:
    """Raise StyleExportError where one of the adapted layers is a head that shares its weights with the embeddings of the base:
    merged, it changes both. `what` is named in the message."""
    from transformers import AutoConfig

    shared = next((name for name in adapted if name.split(".")[-1] in _SHARED), None)
    if shared is not None and getattr(AutoConfig.from_pretrained(base), "tie_word_embeddings", False):
        raise StyleExportError(
            f"{what}: adapts '{shared}', which in this base is one with the embeddings (tie_word_embeddings), so the adapter "
            "cannot be merged into it, and all other forms are made of the merged model; leave it an adapter beside the base "
            "(xiangyin serve-llm --engine vllm), or train it anew without that layer (target_modules: all)"
        )


def refuse_unmergeable(folder: Path, base: str | None = None) -> None:
    """The same of an adapter in a folder; what is no adapter passes."""
    path = folder / "adapter_config.json"
    if path.is_file():
        wanted: Any = json.loads(path.read_text(encoding="utf-8")).get("target_modules") or ()  # PEFT's: a list, or a pattern
        refuse_shared_head([wanted] if isinstance(wanted, str) else wanted, base_folder(folder, base), str(folder))


def merge(folder: Path, out: Path, base: str | None = None) -> Path:
    """Adapter and base as one transformers model with its tokenizer and chat template, for programs that know no PEFT."""
    refuse_unmergeable(folder, base)
    loaded = load(folder, base)
    if not hasattr(loaded.model, "merge_and_unload"):
        raise StyleExportError(f"{folder}: is no adapter, so there is nothing to merge")
    out.mkdir(parents=True, exist_ok=True)
    with quiet():
        merged = loaded.model.merge_and_unload()
        merged.config.use_cache = True
        merged.save_pretrained(str(out))
        loaded.tokenizer.save_pretrained(str(out))
    if (folder / CARD).is_file():
        shutil.copy(folder / CARD, out / CARD)
    return out
