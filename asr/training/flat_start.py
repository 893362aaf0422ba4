"""A flat start: before CTC finds out where the phones are, they are taken to be spread evenly over the speech.

CTC alone begins on a plateau where every frame is blank. Segments of equal length, as recognisers with hidden Markov models began
with (Young et al., The HTK Book), are wrong at most frames by little, and lead off it.
"""

from __future__ import annotations

import torch
from torch.nn import functional

from asr.training.batches import IGNORED, Batch

STEPS = 150
"""So many steps it takes part, less and less."""
_SPEECH = 0.35
"""From so much of the way between a clip's softest and loudest frame on, it is speech."""


def flat_start_weight(step: int) -> float:
    """From 1 down to 0."""
    return max(0.0, 1.0 - step / STEPS)


def flat_start_loss(logits: torch.Tensor, mel: torch.Tensor, batch: Batch) -> torch.Tensor:
    """Cross-entropy of `logits` (batch, frames, units) to phones of equal length between the first and the last loud frame."""
    targets = even_phones(mel, batch.phones, batch.phone_lengths)[:, : logits.shape[1]]
    if not bool((targets >= 0).any()):
        return logits.sum() * 0.0
    return functional.cross_entropy(logits.float().flatten(0, 1), targets.flatten(), ignore_index=IGNORED)


def even_phones(mel: torch.Tensor, phones: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
    """The phone of each of the encoder's frames, (batch, frames / 2); IGNORED outside of the speech and without phones."""
    level = functional.avg_pool1d(mel.mean(1, keepdim=True), 2)[:, 0]
    low, high = level.amin(1, keepdim=True), level.amax(1, keepdim=True)
    loud = level > low + _SPEECH * (high - low)
    frames = torch.arange(level.shape[1], device=mel.device)
    first = torch.where(loud, frames, level.shape[1]).amin(1, keepdim=True)
    end = torch.where(loud, frames, -1).amax(1, keepdim=True) + 1
    counts = lengths[:, None].to(mel.device)
    place = (frames - first) * counts // (end - first).clamp(min=1)
    inside = (frames >= first) & (frames < end) & (counts > 0)
    begin = counts.cumsum(0) - counts
    place = (begin + place.clamp(min=0).minimum((counts - 1).clamp(min=0))).clamp(max=max(0, len(phones) - 1))
    if not len(phones):
        return torch.full_like(place, IGNORED)
    return torch.where(inside, phones[place], IGNORED)
