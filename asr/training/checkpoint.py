"""Checkpoints: all that a run needs to go on as if it had not stopped, and the check of its best weights."""

from __future__ import annotations

import dataclasses
import logging
from pathlib import Path
from typing import Any

import torch
from torch import nn

from asr.training.check import Check
from asr.training.schedule import Progress

log = logging.getLogger(__name__)
CHECKPOINT = "checkpoint.pt"


def save(network: nn.Module, optimizer: Any, progress: Progress, best: Check, file: Path) -> None:
    """Write a checkpoint so that a crash in mid-write leaves the old one whole."""
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(".partial")
    state = {
        "network": network.state_dict(),
        "optimizer": optimizer.state_dict(),
        "progress": dataclasses.asdict(progress),
        "best": dataclasses.asdict(best),
    }
    torch.save(state, partial)
    partial.replace(file)


def restore(network: nn.Module, optimizer: Any, file: Path) -> tuple[Progress, Check]:
    """Read a checkpoint into network and optimizer; a run without one begins anew.

    `optimizer`: torch's, or accelerate's around it.
    """
    if not file.exists():
        log.warning("%s: no checkpoint to resume from; the run begins anew", file)
        return Progress(), Check()
    state = torch.load(file, map_location="cpu", weights_only=True)
    network.load_state_dict(state["network"])
    optimizer.load_state_dict(state["optimizer"])
    return Progress(**state["progress"]), Check(**state["best"])
