"""The optimiser that a config names; those of 8 bits come from bitsandbytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from nlu.finetune.settings import FineTuning

EIGHT_BITS = {"adamw_8bit": "AdamW8bit", "adamw_bnb_8bit": "AdamW8bit", "paged_adamw_8bit": "PagedAdamW8bit"}


def build(groups: Sequence[dict[str, Any]], config: FineTuning) -> Any:
    """Over parameter groups with a rate (`lr`) each."""
    import torch

    name = config.optimizer_name
    if name in EIGHT_BITS:
        import bitsandbytes

        return getattr(bitsandbytes.optim, EIGHT_BITS[name])(list(groups), weight_decay=config.weight_decay)
    if name == "sgd":
        return torch.optim.SGD(list(groups), momentum=0.9, weight_decay=config.weight_decay)
    return torch.optim.AdamW(list(groups), weight_decay=config.weight_decay)
