"""CTC losses (Graves et al. 2006) over phones and over characters, as means a unit."""

from __future__ import annotations

import torch
from torch.nn import functional

from asr.training.batches import Batch
from asr.training.network import BLANK, TONES


def phone_loss(logits: torch.Tensor, batch: Batch, tones: torch.Tensor | None = None) -> torch.Tensor:
    """Noise is all blank, and so is padding, which is silence; clips of unknown phones don't count.

    With `tones` (batch, frames, TONES) a phone that carries a tone is said with it: log P(phone) + log P(tone) in each frame.
    """
    scores = functional.log_softmax(logits.float(), dim=-1)
    if tones is None:
        each = _each(scores, batch.phones, batch.phone_lengths)
    else:
        each = _each(_toned(scores, tones), batch.phones * (TONES + 1) + batch.tones, batch.phone_lengths)
    each = each * batch.phones_known
    return each.sum() / batch.phones_known.sum().clamp(min=1)


def _toned(scores: torch.Tensor, tones: torch.Tensor) -> torch.Tensor:
    """(batch, frames, units * (TONES + 1)): each unit without tone, then with each of them. The blank stays number 0."""
    told = functional.pad(functional.log_softmax(tones.float(), dim=-1), (1, 0))
    return (scores[..., None] + told[:, :, None]).flatten(2)


def character_loss(logits: torch.Tensor, batch: Batch, characters: int) -> torch.Tensor:
    """The targets' tokens below `characters`, as units from 1."""
    rows = [[token + 1 for token in row if 0 <= token < characters] for row in batch.targets.tolist()]
    units = torch.tensor([unit for row in rows for unit in row], dtype=torch.long, device=logits.device)
    scores = functional.log_softmax(logits.float(), dim=-1)
    return _each(scores, units, torch.tensor([len(row) for row in rows], device=logits.device)).mean()


def _each(scores: torch.Tensor, units: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """CTC loss of each clip divided by its units, (batch,); `scores` (batch, frames, units) are logarithms of probabilities,
    `units` of all clips end to end."""
    scores = scores.transpose(0, 1)
    frames = torch.full((scores.shape[1],), scores.shape[0])
    losses = functional.ctc_loss(scores, units, frames, lengths, blank=BLANK, reduction="none", zero_infinity=True)
    return losses / lengths.clamp(min=1)
