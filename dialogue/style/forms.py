"""A style model in the form that another program runs, held against the trained one. Importing this module imports torch."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from dialogue.style import gguf, onnx
from dialogue.style.card import CARD
from dialogue.style.export import Loaded, StyleExportError, load, merge, refuse_unmergeable
from dialogue.style.generating import greedy
from dialogue.style.parity import Greedy, Parity, demand, parity
from nlu.finetune.adapters import quiet

Form = Literal["transformers", "gguf", "onnx"]


@dataclass(frozen=True, slots=True)
class Exported:
    """The folder, and how much of the trained model's answers the exported one says alike."""

    folder: Path
    parity: Parity


def export(folder: Path, out: Path, to: Form, bits: int | None = None, base: str | None = None) -> Exported:
    """Write a model's folder at `out`. Raises BaseModelError, and StyleExportError where what was written says something else."""
    refuse_unmergeable(folder, base)
    trained = load(folder, base)
    if to == "transformers":
        if bits is not None:
            raise StyleExportError("--bits goes with --to gguf; a merged model is written in full")
        found = parity(trained, answers_of(load(merge(folder, out, base))))
        demand(found, "merged")
        return Exported(out, found)
    if to == "onnx" and bits is not None:
        raise StyleExportError("--bits goes with --to gguf; an ONNX model of a voice is written in full")
    whole = _whole(load(folder, base))
    with quiet():
        whole.tokenizer.save_pretrained(str(out))
    if to == "onnx":
        onnx.write(whole, out / onnx.FILE)
        stop = int(trained.tokenizer.convert_tokens_to_ids(trained.end))
        found, form = parity(trained, onnx.OnnxAnswers(out / onnx.FILE, stop)), "onnx"
    else:
        gguf.write(whole, out / gguf.FILE, bits)
        found, form = parity(trained, answers_of(read_gguf(out, trained))), {None: "merged", 8: "q8", 4: "q4"}[bits]
    demand(found, form)
    if (folder / CARD).is_file():
        shutil.copy(folder / CARD, out / CARD)
    return Exported(out, found)


def answers_of(loaded: Loaded) -> Greedy:
    """A model in memory as something that answers prompts."""
    return lambda prompts, most: greedy(loaded.model, loaded.tokenizer, prompts, loaded.end, most)


def read_gguf(folder: Path, trained: Loaded) -> Loaded:
    """The weights of a GGUF file as another program reads them (transformers), with the trained model's tokenizer."""
    from transformers import AutoModelForCausalLM

    with quiet():
        model = AutoModelForCausalLM.from_pretrained(str(folder), gguf_file=gguf.FILE)
    return Loaded(model.eval(), trained.tokenizer, trained.end)


def _whole(loaded: Loaded) -> Loaded:
    """An adapter put into its base; a model without one as it is."""
    if not hasattr(loaded.model, "merge_and_unload"):
        return loaded
    with quiet():
        merged: Any = loaded.model.merge_and_unload()
    return Loaded(merged.eval(), loaded.tokenizer, loaded.end)
