"""A training config of a style adapter: `task_type: text-generation` (or CAUSAL_LM), or `stage: sft`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from nlu.finetune.settings import FineTuning, SettingsError, check
from nlu.finetune.stages import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleTraining(FineTuning):
    """A LoRA or QLoRA on a language model, from samples of how a house speaks.

    `template`: a chat template by name (dialogue.style.templates); without one the base's own. `max_target_length`: tokens of
    an answer beside the `max_length` of what stands before it. `packing`: several samples in one row, none seeing the others.
    `train_on_prompt`: the loss counts questions too. `persona`: the system message of samples that have none.
    `generation_max_length`: tokens of the sample answers that each evaluation writes for `samples_shown` prompts, out of rows
    that were held out. `overfit_alarm`: what to do when the loss falls while answers repeat themselves or training's
    (dialogue.style.alarm).
    """

    task_type: Literal["text-generation", "text_generation", "CAUSAL_LM", "causal_lm", "TaskType.CAUSAL_LM", "style"] = (
        "text-generation"
    )
    stage: Literal["sft"] = "sft"
    template: str | None = field(default=None, metadata={"aliases": ("prompt_template", "chat_template")})
    max_target_length: int = field(default=0, metadata={"aliases": ("max_new_tokens",)})
    predict_with_generate: bool = True
    generation_max_length: int = 64
    packing: bool = False
    train_on_prompt: bool = False
    persona: str = field(default="", metadata={"aliases": ("system", "system_prompt", "default_system")})
    samples_shown: int = 8
    overfit_alarm: Literal["warn", "stop", "off"] = "warn"
    stages: tuple[Stage, ...] = ()

    def __post_init__(self) -> None:
        check(self)
        for name, low, high in (("max_target_length", 0, 131_072), ("generation_max_length", 1, 4096), ("samples_shown", 0, 200)):
            if not low <= getattr(self, name) <= high:
                raise SettingsError(f"{name} must lie between {low} and {high}, got {getattr(self, name)}")

    @property
    def longest(self) -> int:
        """Tokens of a sample at most."""
        return self.max_length + self.max_target_length
