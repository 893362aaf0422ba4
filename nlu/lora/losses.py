"""Losses of intents: logits and targets are (batch, labels), a row out of scope has no target. Importing this imports torch."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch.nn import functional

from nlu.lora.settings import IntentLora

_TEMPERATURE = 0.1
"""Of the contrastive loss; Khosla et al. 2020 use 0.07 to 0.1."""
_GAMMA_NEGATIVE, _GAMMA_POSITIVE, _MARGIN = 4.0, 1.0, 0.05
"""Of the asymmetric loss, as its authors recommend (Ridnik et al. 2021)."""


@dataclass(frozen=True, slots=True)
class IntentLoss:
    """The loss that a config asks for. `weights` (labels,): of each label, or None."""

    config: IntentLora
    weights: torch.Tensor | None = None

    def __call__(self, logits: torch.Tensor, pooled: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """The mean over the rows of a batch."""
        loss = self._classified(logits.float(), targets)
        if self.config.contrastive:
            loss = loss + self.config.contrastive * contrastive(pooled.float(), targets)
        return loss

    def _classified(self, logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        name, smoothing = self.config.loss_name, self.config.label_smoothing
        weights = None if self.weights is None else self.weights.to(logits.device)
        if name == "cross_entropy":
            return cross_entropy(logits, targets, smoothing, weights)
        if name == "bce":
            smooth = targets * (1 - smoothing) + smoothing / targets.shape[1]
            return functional.binary_cross_entropy_with_logits(logits, smooth, pos_weight=weights, reduction="none").sum(1).mean()
        each = focal(logits, targets, self.config.focal_gamma) if name == "focal" else asymmetric(logits, targets)
        return (each if weights is None else each * torch.where(targets > 0, weights, 1.0)).sum(1).mean()


def cross_entropy(
    logits: torch.Tensor, targets: torch.Tensor, smoothing: float, weights: torch.Tensor | None = None
) -> torch.Tensor:
    """Against the row's labels in equal shares; a row out of scope is drawn to all labels alike (Hendrycks et al. 2019)."""
    count = targets.sum(1, keepdim=True)
    even = torch.full_like(targets, 1 / targets.shape[1])
    wanted = torch.where(count > 0, targets / count.clamp(min=1), even)
    wanted = wanted * (1 - smoothing) + even * smoothing
    each = -(wanted * functional.log_softmax(logits, dim=1)).sum(1)
    if weights is None:
        return each.mean()
    share = torch.where(count[:, 0] > 0, (targets * weights).sum(1) / count[:, 0].clamp(min=1), torch.ones_like(each))
    return (each * share).sum() / share.sum()


def focal(logits: torch.Tensor, targets: torch.Tensor, gamma: float) -> torch.Tensor:
    """(batch, labels): cross-entropy with little weight on what is right already."""
    plain = functional.binary_cross_entropy_with_logits(logits, targets, reduction="none")
    right = torch.sigmoid(torch.where(targets > 0, logits, -logits))
    return plain * (1 - right) ** gamma


def asymmetric(logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """(batch, labels): as focal, with less weight on the many labels that a sentence has not; clearly absent ones none."""
    present = torch.sigmoid(logits)
    absent = (1 - present + _MARGIN).clamp(max=1)
    gains = (1 - present) ** _GAMMA_POSITIVE * functional.logsigmoid(logits)
    losses = (1 - absent) ** _GAMMA_NEGATIVE * torch.log(absent.clamp(min=1e-8))
    return -(targets * gains + (1 - targets) * losses)


def disagreement(logits: torch.Tensor, again: torch.Tensor) -> torch.Tensor:
    """Mean Kullback-Leibler divergence, both ways, of two readings of the same rows, each (batch, labels)."""
    one, other = (functional.log_softmax(each.float(), dim=1) for each in (logits, again))
    apart = one.exp() * (one - other) + other.exp() * (other - one)
    return apart.sum(1).mean() / 2


def contrastive(pooled: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    """Sentences of the same labels are drawn together; rows out of scope only push. 0 where no two rows of the batch agree."""
    normal = functional.normalize(pooled, dim=1)
    itself = torch.eye(len(normal), dtype=torch.bool, device=normal.device)
    likeness = (normal @ normal.T / _TEMPERATURE).masked_fill(itself, -1e9)
    same = (targets[:, None] == targets[None]).all(2) & (targets.sum(1) > 0)[:, None] & ~itself
    pairs = same.sum(1)
    rows = pairs > 0
    if not bool(rows.any()):
        return pooled.sum() * 0
    log_share = likeness - torch.logsumexp(likeness, dim=1, keepdim=True)
    return (-(log_share * same).sum(1)[rows] / pairs[rows]).mean()
