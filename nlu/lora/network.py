"""The classifier: a base with its adapter, pooling, and a head of one output a label. Importing this module imports torch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch
from torch.nn import functional

from nlu.finetune.adapters import HEADS
from nlu.lora.frozen import above

Pooling = Literal["mean", "cls", "last"]
_ENCODERS = (
    "bert",
    "roberta",
    "xlm-roberta",
    "electra",
    "albert",
    "camembert",
    "ernie",
    "mpnet",
    "deberta-v2",
    "distilbert",
    "modernbert",
)


@dataclass(frozen=True, slots=True)
class HeadShape:
    """How a sentence becomes one vector, and that one score a label."""

    pooling: Pooling
    kind: Literal["linear", "cosine"] = "linear"
    scale: float = 20.0


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded on the right. `ids`, `mask` (batch, tokens) integers; `targets` (batch, labels) 0 or 1; `kept` (batch, tokens,
    width): what nlu.lora.frozen computed of the lower layers before, or None."""

    ids: torch.Tensor
    mask: torch.Tensor
    targets: torch.Tensor
    kept: torch.Tensor | None = None

    def to(self, device: torch.device) -> Batch:
        """On another device."""
        kept = None if self.kept is None else self.kept.to(device)
        return Batch(self.ids.to(device), self.mask.to(device), self.targets.to(device), kept)


class IntentNetwork(torch.nn.Module):
    """`classifier` is a transformers model for sequence classification, plain or with PEFT's layers in it (get_base_model()).

    `topmost`: the adapter is on so many of the last layers alone, so that `forward` can go on from what was kept of those below.
    """

    def __init__(self, classifier: Any, shape: HeadShape, topmost: int = 0) -> None:
        super().__init__()
        self.classifier = classifier
        self.shape = shape
        self.topmost = topmost

    def forward(
        self, ids: torch.Tensor, mask: torch.Tensor, kept: torch.Tensor | None = None
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Logits (batch, labels), pooled vectors (batch, width), and the hidden states (batch, tokens, width)."""
        backbone = self.classifier.base_model
        if kept is None:
            hidden = backbone(input_ids=ids, attention_mask=mask).last_hidden_state
        else:
            hidden = above(backbone, self.topmost, kept.to(next(self.parameters()).dtype), mask)
        pooled = pool(hidden, mask, self.shape.pooling)
        return self.score(pooled), pooled, hidden

    def score(self, vectors: torch.Tensor) -> torch.Tensor:
        """(..., width) to (..., labels)."""
        head = getattr(self.classifier, head_name(self.classifier))
        if self.shape.kind == "linear":
            result: torch.Tensor = head(vectors.to(_weight(head).dtype))
            return result
        with torch.autocast(vectors.device.type, enabled=False):  # in half precision logits would come in steps of a tenth
            angles = functional.linear(
                functional.normalize(vectors.float(), dim=-1), functional.normalize(_weight(head).float(), dim=-1)
            )
        return self.shape.scale * angles


def pool(hidden: torch.Tensor, mask: torch.Tensor, pooling: Pooling) -> torch.Tensor:
    """(batch, tokens, width) to (batch, width)."""
    if pooling == "cls":
        return hidden[:, 0]
    if pooling == "last":
        last = (mask.sum(1) - 1).clamp(min=0)
        return hidden.gather(1, last[:, None, None].expand(-1, 1, hidden.shape[2]))[:, 0]
    weights = mask.to(hidden.dtype)[:, :, None]
    return (hidden * weights).sum(1) / weights.sum(1).clamp(min=1)


def natural_pooling(model_type: str) -> Pooling:
    """The mean of an encoder's tokens; a decoder's last token, which alone has seen all others."""
    return "mean" if model_type in _ENCODERS else "last"


def head_name(classifier: Any) -> str:
    """What the architecture calls its head. Raises ValueError for one that has none of the known names."""
    for name in HEADS:
        if hasattr(classifier, name):
            return name
    raise ValueError(f"{type(classifier).__name__} has no head of a known name ({', '.join(HEADS)})")


def plain_head(classifier: Any, labels: int) -> None:
    """Make the head one linear layer, whatever the architecture has there; drop a pooler that is not looked at."""
    name = head_name(classifier)
    if not isinstance(getattr(classifier, name), torch.nn.Linear):
        width = int(classifier.config.hidden_size)
        device = next(classifier.parameters()).device
        setattr(classifier, name, torch.nn.Linear(width, labels, device=device))
    if str(classifier.config.model_type) in _ENCODERS and getattr(classifier.base_model, "pooler", None) is not None:
        classifier.base_model.pooler = None


def freeze_bias(classifier: Any) -> None:
    """A cosine head has no use for a bias; were it trained, several processes would wait for gradients that never come."""
    for name, parameter in classifier.named_parameters():
        if name.startswith(head_name(classifier)) and name.endswith("bias"):
            parameter.requires_grad_(False)


def set_head(network: IntentNetwork, rows: Iterable[tuple[int, torch.Tensor]]) -> None:
    """Set the weights of some labels (by index) to given vectors (width,)."""
    weight = _weight(getattr(network.classifier, head_name(network.classifier)))
    with torch.no_grad():
        for at, vector in rows:
            weight[at] = vector.to(weight)


def prototypes(pooled: torch.Tensor, targets: torch.Tensor) -> list[tuple[int, torch.Tensor]]:
    """Each label that occurs with the direction of its sentences' mean: `pooled` (rows, width), `targets` (rows, labels)."""
    normal = functional.normalize(pooled, dim=1)
    present = [label for label in range(targets.shape[1]) if bool((targets[:, label] > 0).any())]
    return [(label, functional.normalize(normal[targets[:, label] > 0].mean(0), dim=0)) for label in present]


def saved_head(folder: Path) -> torch.Tensor:
    """The head's weights (labels, width) in a trained adapter's folder."""
    from safetensors.torch import load_file

    weights = load_file(folder / "adapter_model.safetensors")
    name = next(one for one in weights if one.endswith(".weight") and set(one.split(".")) & set(HEADS))
    return weights[name]


def collate(tokens: Sequence[Sequence[int]], targets: torch.Tensor, padding: int) -> Batch:
    """Some tokenised sentences as one batch."""
    width = max(map(len, tokens))
    ids = torch.full((len(tokens), width), padding, dtype=torch.long)
    mask = torch.zeros((len(tokens), width), dtype=torch.long)
    for row, one in enumerate(tokens):
        ids[row, : len(one)] = torch.tensor(one, dtype=torch.long)
        mask[row, : len(one)] = 1
    return Batch(ids, mask, targets)


def _weight(head: Any) -> torch.Tensor:
    """Of a linear layer, or of PEFT's trained copy of it."""
    copies = getattr(head, "modules_to_save", None)
    linear = (
        head
        if copies is None
        else copies[head.active_adapter if isinstance(head.active_adapter, str) else head.active_adapters[0]]
    )
    weight: torch.Tensor = linear.weight
    return weight
