"""A config of a language model made from nothing (`task_type: pretraining`)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from nlu.finetune.settings import FineTuning, SettingsError


@dataclass(frozen=True, slots=True, kw_only=True)
class Pretraining:
    """Shape of the model, what it reads, how long. Raises SettingsError.

    `texts`: further files of samples or plain text (dialogue.style.samples reads them), of which `text_share` of the rows are
    drawn; the rest are exchanges written anew for each pass. `bots`: folders of bots whose sentences are read with what they
    mean, as an adapter that understands (deploy.generative) answers them: `compounds` of them made up of several, without the
    `val_size` that such an adapter's training with the same `seed` keeps aside; they count among the texts.
    `prompt_weight`: what a token of a prompt counts in the loss against one of an answer. `batch_tokens`: of one update.
    `held_out` exchanges tell how often facts are carried. `init_from`: the folder of a model that training goes on from, with
    its shape and tokens.
    """

    output_dir: Path
    task_type: Literal["pretraining"] = "pretraining"
    init_from: Path | None = None
    layers: int = 4
    width: int = 256
    heads: int = 4
    inner: int = 688
    context: int = 1024
    vocabulary: int = 4608
    texts: tuple[Path, ...] = ()
    bots: tuple[Path, ...] = ()
    compounds: int = 1500
    val_size: float = 0.03
    text_share: float = 0.0
    prompt_weight: float = 0.1
    max_steps: int = 8000
    batch_tokens: int = 2048
    learning_rate: float = 1.5e-3
    warmup_steps: int = 100
    bf16: bool = False
    threads: int | None = None
    eval_steps: int = 200
    save_steps: int = 100
    held_out: int = 128
    resume_from_checkpoint: bool = True
    data_licence: str = "Apache-2.0, written by this project"
    seed: int = 42

    def __post_init__(self) -> None:
        if self.init_from is not None and not (self.init_from / "config.json").is_file():
            raise SettingsError(f"init_from: there is no model in {self.init_from}; train it first, or leave the key out")
        if self.width % self.heads or (self.width // self.heads) % 2:
            raise SettingsError(f"width {self.width} must be heads ({self.heads}) times an even number")
        if not 0 <= self.text_share <= 1:
            raise SettingsError(f"text_share is a share between 0 and 1, got {self.text_share:g}")
        if self.text_share and not (self.texts or self.bots):
            raise SettingsError("text_share without texts: name files with texts or bots, or leave it out")
        if self.vocabulary < 512:
            raise SettingsError(f"vocabulary must be 512 or more (bytes and common characters), got {self.vocabulary}")
        if self.batch_tokens < self.context:
            raise SettingsError(f"batch_tokens ({self.batch_tokens}) must hold a context ({self.context})")

    def fine_tuning(self) -> FineTuning:
        """As the training loop that all trainings share takes it."""
        return FineTuning(
            base_model="none",
            output_dir=self.output_dir,
            train_data=self.texts or (self.output_dir,),
            max_steps=self.max_steps,
            learning_rate=self.learning_rate,
            warmup_steps=self.warmup_steps,
            lr_scheduler="cosine",
            weight_decay=0.05,
            gradient_accumulation_steps=1,
            bf16=self.bf16,
            eval_strategy="steps",
            eval_steps=self.eval_steps,
            save_steps=self.save_steps,
            save_total_limit=1,
            resume_from_checkpoint=self.resume_from_checkpoint,
            threads=self.threads,
            seed=self.seed,
        )
