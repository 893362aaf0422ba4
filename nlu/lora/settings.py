"""A training config of the LoRA intent classifier."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from nlu.finetune.settings import FineTuning, SettingsError, check
from nlu.finetune.stages import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentLora(FineTuning):
    """`task_type: intent` (or SEQ_CLS) with a base model.

    `multi_label`: a sentence may have several needs; false where each row has one label at most, which then compete.
    `loss` auto: binary cross-entropy with several labels, cross-entropy with one. focal: Lin et al. 2017; asymmetric: Ridnik
    et al. 2021. `pooling` auto: the last token of a decoder, the mean of an encoder's. `head` cosine: the angle to each label's
    weights, times `scale`; with `prototypes` they begin as the mean of the label's sentences. `contrastive`: weight of the
    supervised contrastive loss (Khosla et al. 2020) beside it. `r_drop`: how much two readings of a sentence under different
    dropout must agree (Wu et al. 2021 use 1 to 5; twice the work; for one label a sentence). `lora_layers`: only so many of the
    topmost layers get an adapter (0: all). `rejection`: what tells sentences out of scope, compared with a threshold settled on
    held-out rows of the training data; it may cost the share `rejection_cost` of those in scope.
    """

    task_type: Literal["intent", "SEQ_CLS", "seq_cls", "TaskType.SEQ_CLS"] = "intent"
    architecture: Literal["lora"] = "lora"
    multi_label: bool = True
    loss: Literal["auto", "cross_entropy", "bce", "focal", "asymmetric"] = field(
        default="auto", metadata={"aliases": ("loss_type",)}
    )
    focal_gamma: float = 2.0
    label_smoothing: float = field(default=0.0, metadata={"aliases": ("label_smoothing_factor",)})
    class_weights: Literal["none", "balanced"] = "none"
    over_sampling: bool = field(default=False, metadata={"aliases": ("oversampling", "oversample")})
    pooling: Literal["auto", "mean", "cls", "last"] = "auto"
    head: Literal["linear", "cosine"] = "linear"
    scale: float = 20.0
    head_learning_rate: float | None = None
    prototypes: bool = False
    contrastive: float = 0.0
    r_drop: float = 0.0
    lora_layers: int = 0
    rejection: Literal["auto", "energy", "margin", "confidence", "none"] = "auto"
    rejection_cost: float = 0.01
    stages: tuple[Stage, ...] = ()

    def __post_init__(self) -> None:
        check(self)
        if self.multi_label and self.loss == "cross_entropy":
            raise SettingsError(
                "loss: cross_entropy lets labels compete; set multi_label: false, or use bce, focal or asymmetric"
            )
        if not self.multi_label and self.loss not in ("auto", "cross_entropy"):
            raise SettingsError(
                f"loss: {self.loss} is for several labels a sentence; set multi_label: true, or loss: cross_entropy"
            )
        if self.multi_label and self.r_drop:
            raise SettingsError("r_drop compares readings of one label a sentence; set multi_label: false, or leave it out")
        for name, low, high in (
            ("label_smoothing", 0, 0.9),
            ("rejection_cost", 0, 0.5),
            ("focal_gamma", 0, 10),
            ("scale", 0.1, 1000),
            ("r_drop", 0, 20),
        ):
            if not low <= getattr(self, name) <= high:
                raise SettingsError(f"{name} must lie between {low} and {high}, got {getattr(self, name)}")

    @property
    def loss_name(self) -> Literal["cross_entropy", "bce", "focal", "asymmetric"]:
        """What `auto` stands for."""
        if self.loss != "auto":
            return self.loss
        return "bce" if self.multi_label else "cross_entropy"
