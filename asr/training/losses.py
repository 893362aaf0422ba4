"""CTC losses (Graves et al. 2006) over phones and over characters, as means a unit."""

from __future__ import annotations

import torch
from torch.nn import functional

from asr.training.batches import Batch
from asr.training.network import BLANK


def phone_loss(logits: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Noise is all blank, and so is padding, which is silence; clips of unknown phones don't count."""
    each = _each(logits, batch.phones, batch.phone_lengths) * batch.phones_known
    return each.sum() / batch.phones_known.sum().clamp(min=1)


def character_loss(logits: torch.Tensor, batch: Batch, characters: int) -> torch.Tensor:
    """The targets' tokens below `characters`, as units from 1."""
    rows = [[token + 1 for token in row if 0 <= token < characters] for row in batch.targets.tolist()]
    units = torch.tensor([unit for row in rows for unit in row], dtype=torch.long, device=logits.device)
    return _each(logits, units, torch.tensor([len(row) for row in rows], device=logits.device)).mean()


def _each(logits: torch.Tensor, units: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """CTC loss of each clip divided by its units, (batch,); `units` of all clips end to end."""
    scores = functional.log_softmax(logits.float(), dim=-1).transpose(0, 1)
    frames = torch.full((scores.shape[1],), scores.shape[0])
    losses = functional.ctc_loss(scores, units, frames, lengths, blank=BLANK, reduction="none", zero_infinity=True)
    return losses / lengths.clamp(min=1)
