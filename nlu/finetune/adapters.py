"""The adapter on a base: where it is put by architecture, how much of the model it trains, merging."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlu.finetune.base import BaseModelError
from nlu.finetune.settings import FineTuning

TARGETS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("llama", "mistral", "mixtral", "qwen2", "qwen3", "gemma", "gemma2", "gemma3_text", "opt", "bart"), ("q_proj", "v_proj")
    ),
    **dict.fromkeys(("bert", "roberta", "xlm-roberta", "electra", "albert", "camembert", "ernie", "mpnet"), ("query", "value")),
    **dict.fromkeys(("chatglm", "bloom", "falcon", "gpt_neox"), ("query_key_value",)),
    **dict.fromkeys(("qwen", "gpt2"), ("c_attn",)),
    "baichuan": ("W_pack",),
    "deberta-v2": ("query_proj", "value_proj"),
    "distilbert": ("q_lin", "v_lin"),
    "internlm2": ("wqkv",),
    "modernbert": ("Wqkv",),
    "phi3": ("qkv_proj",),
    "t5": ("q", "v"),
}
"""The projections of queries and values (Hu et al. 2021 found these two to be enough) as each architecture calls them."""
ALL = ("all", "all-linear")
LANGUAGE_HEAD = "lm_head"
HEADS = ("score", "classifier", "classification_head", "qa_outputs", "lm_head")
"""Names that transformers gives to what stands on top of the base; no adapter is put there."""


@dataclass(frozen=True, slots=True)
class TrainedShare:
    """How many parameters an adapter trains, of how many."""

    trained: int
    total: int

    @property
    def share(self) -> float:
        """In [0, 1]."""
        return self.trained / self.total

    @property
    def line(self) -> str:
        """For people."""
        return f"trained parameters: {self.trained:,} of {self.total:,} ({self.share:.3%})"


def targets(model: Any, wanted: Sequence[str]) -> list[str]:
    """The names of the layers to adapt: as wanted, by architecture, or every linear one. Raises BaseModelError.

    A language model's head is adapted only where it is named.
    """
    present = linear_layers(model)
    names = [one.strip() for item in wanted for one in item.split(",") if one.strip()]
    heads = [name for name in names if name == LANGUAGE_HEAD and hasattr(model, name)]
    if any(name in ALL for name in names):
        return [*present, *heads]
    if not names:
        by_architecture = TARGETS.get(str(model.config.model_type), ())
        return [name for name in by_architecture if name in present] or present
    for name in names:
        if name.split(".")[-1] not in (*present, *heads):
            raise BaseModelError(f"target_modules: the base has no layer '{name}'; it has {', '.join(present)} (or write all)")
    return names


def linear_layers(model: Any) -> list[str]:
    """The last parts of the names of all linear layers below the head, each once, as they come."""
    import torch
    from transformers.pytorch_utils import Conv1D

    names = (name for name, module in model.named_modules() if isinstance(module, (torch.nn.Linear, Conv1D)))
    return list(dict.fromkeys(name.split(".")[-1] for name in names if not set(name.split(".")) & set(HEADS)))


def attach(model: Any, config: FineTuning, task: str, trained: Sequence[str] = (), topmost: int = 0) -> Any:
    """A PEFT model with a new adapter on the base. `task` is PEFT's name of it; `trained`: modules that are trained whole,
    such as a head; `topmost`: only so many of the last layers are adapted (0: all)."""
    from peft import LoraConfig, get_peft_model

    depth = int(getattr(model.config, "num_hidden_layers", 0))
    with quiet():
        lora = LoraConfig(
            r=config.lora_rank,
            lora_alpha=config.lora_alpha,
            lora_dropout=config.lora_dropout,
            target_modules=targets(model, config.target_modules),
            use_rslora=config.use_rslora,
            modules_to_save=list(trained) or None,
            layers_to_transform=list(range(max(0, depth - topmost), depth)) if topmost else None,
            task_type=task,
        )
        return get_peft_model(model, lora)


def load_adapter_into(peft_model: Any, folder: Path, skip: Sequence[str]) -> None:
    """Copy a trained adapter's weights into one of the same shape, but for modules named in `skip`. Raises BaseModelError."""
    import torch
    from safetensors.torch import load_file

    base_of_adapter(folder)
    saved = load_file(folder / "adapter_model.safetensors")
    parameters = {name.replace(".default", ""): one for name, one in peft_model.named_parameters()}
    wanted = {name: value for name, value in saved.items() if not set(name.split(".")) & set(skip)}
    for name, value in wanted.items():
        if name not in parameters or parameters[name].shape != value.shape:
            raise BaseModelError(
                f"adapter: {folder} does not fit: '{name}' is of another shape or absent; train on with the same base, "
                "lora_rank and target_modules as the adapter's"
            )
        with torch.no_grad():
            parameters[name].copy_(value)


def trained_share(peft_model: Any) -> TrainedShare:
    """Counted as PEFT does: weights of a quantised base count once each, however they are packed."""
    trained, total = peft_model.get_nb_trainable_parameters()
    return TrainedShare(int(trained), int(total))


def base_of_adapter(folder: Path) -> str | None:
    """The base that an adapter was trained on, as its config says; raises BaseModelError where there is no adapter."""
    import json

    try:
        values: Any = json.loads((folder / "adapter_config.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BaseModelError(f"adapter: {folder} has no adapter_config.json; name the folder of a trained adapter") from None
    base = values.get("base_model_name_or_path")
    return None if base is None else str(base)


def save_adapter(folder: Path, card: str, peft: Any, tokenizer: Any) -> None:
    """Adapter and tokenizer as PEFT loads them. The card of what lay there before goes first: a run that is killed on the way
    leaves a folder that is no model. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / card).unlink(missing_ok=True)
    with quiet():
        peft.save_pretrained(str(folder))
        tokenizer.save_pretrained(str(folder))
    (folder / "README.md").unlink(missing_ok=True)  # PEFT's empty card; ours is model.yml


@contextmanager
def quiet() -> Iterator[None]:
    """Loading without the libraries' talk among themselves: deprecations of each other, reports of new heads, progress bars."""
    from transformers.utils import logging

    level = logging.get_verbosity()
    bars = logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            warnings.simplefilter("ignore", UserWarning)
            yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()
