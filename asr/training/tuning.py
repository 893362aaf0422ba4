"""Which weights of a network learn: all, low-rank updates (LoRA), or the encoder's. The CTC heads always do."""

from __future__ import annotations

import copy
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asr.training.network import BaseModelError, Network
from asr.training.settings import AsrTraining

ADAPTER = "adapter"
"""The folder beside `trainable/` that holds LoRA's updates as PEFT loads them."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """How a network is tuned; `adapted` is peft's model around its Whisper, none without LoRA."""

    network: Network
    adapted: Any | None = None  # Any: peft is untyped

    def save(self, folder: Path, adapter: Path) -> None:
        """Write the network as a transformers folder, LoRA's updates merged into it, and these by themselves to `adapter`."""
        if self.adapted is None:
            self.network.save(folder)
            return
        self.network.save(folder, copy.deepcopy(self.adapted).merge_and_unload())
        self.adapted.save_pretrained(adapter, save_embedding_layers=False)


def tune(network: Network, config: AsrTraining) -> Tuning:
    """Freeze what is not to learn. Raises BaseModelError for modules that the network does not have."""
    if config.finetuning_type == "encoder":
        network.whisper.model.decoder.requires_grad_(False)
        network.whisper.proj_out.requires_grad_(False)
    if config.finetuning_type != "lora":
        return Tuning(network)
    from peft import LoraConfig, get_peft_model

    wanted = LoraConfig(
        r=config.lora_rank,
        lora_alpha=config.lora_alpha,
        lora_dropout=config.lora_dropout,
        target_modules=list(config.target_modules),
    )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # peft asks transformers in a way that is going out of use
            adapted = get_peft_model(network.whisper, wanted)
    except ValueError as fault:
        raise BaseModelError(f"target_modules {', '.join(config.target_modules)}: {str(fault).splitlines()[0]}") from None
    return Tuning(network, adapted)
