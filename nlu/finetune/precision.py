"""Half precision where the machine has it: fp16 asked for without a GPU becomes bf16 or fp32, with one warning."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Literal

log = logging.getLogger(__name__)
Mode = Literal["no", "fp16", "bf16"]
"""accelerate's names of mixed precision."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What decides: is there a GPU, and can GPU or CPU multiply in bfloat16."""

    gpu: bool
    bf16: bool


def machine() -> Machine:
    """This one."""
    import torch

    if torch.cuda.is_available():
        return Machine(True, torch.cuda.is_bf16_supported())
    return Machine(False, bool(torch.ops.mkldnn._is_mkldnn_bf16_supported()))


def choose(fp16: bool, bf16: bool, on: Machine) -> Mode:
    """The mode to train in; logs one warning where it is not the one that was asked for."""
    if not (fp16 or bf16):
        return "no"
    asked: Mode = "fp16" if fp16 else "bf16"
    if on.gpu:
        chosen: Mode = asked if asked == "fp16" or on.bf16 else "fp16"
    else:
        chosen = "bf16" if on.bf16 else "no"
    if chosen != asked:
        where = "this GPU has no bfloat16" if on.gpu else "there is no GPU"
        log.warning("%s was asked for, but %s: training in %s", asked, where, {"no": "fp32"}.get(chosen, chosen))
    return chosen
