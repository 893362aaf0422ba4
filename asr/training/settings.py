"""The keys of an ASR training config (task_type: asr). Imports no torch, so that a config can be checked without it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np

from asr.dialects import DIALECT_CODES
from asr.transcript import Samples

AugmentSound = Callable[[Samples, np.random.Generator], tuple[Samples, Sequence[str]]]
"""Augmentation as a function argument: samples and a generator to changed samples and what was done."""


@dataclass(frozen=True, slots=True)
class AsrTraining:
    """One training run. Durations in seconds of audio unless the name says otherwise.

    Raises ValueError for values out of range.
    """

    manifests: tuple[Path, ...] = field(metadata={"aliases": ("train_manifests", "train_data_dir", "dataset")})
    output_dir: Path
    task_type: Literal["asr"] = "asr"
    # The built-in shape's name, a transformers folder or a hub name; `init_from: bundled` continues from the bundled weights.
    base_model: str = field(default="small-zh", metadata={"aliases": ("model_name_or_path",)})
    init_from: str | None = None
    # Only clips of these dialects (codes of asr.dialects) are taken from the manifests; none named takes all.
    dialects: tuple[str, ...] = ()
    learning_rate: float = 1.5e-3
    weight_decay: float = 0.01
    batch_seconds: float = 64.0
    max_epochs: float = field(default=20.0, metadata={"aliases": ("epochs", "num_train_epochs")})
    max_steps: int | None = None
    # Wall clock; the learning rate then falls with the time that is gone (and the run is no longer repeatable to the bit).
    max_minutes: float | None = None
    # The share of the run that trains only the encoder, by CTC on phones: the text can't be learned by heart there.
    ctc_share: float = 0.2
    ctc_weight: float = 0.3
    character_ctc_weight: float = 0.5
    # Weight of the penalty that teaches the decoder to read from left to right (asr.training.guided_attention); it fades out.
    guided_attention: float = 4.0
    # The share of the decoder's input characters replaced by random ones: what it reads back is not to be trusted, so it listens.
    input_noise: float = 0.3
    label_smoothing: float = 0.1
    dropout: float = 0.05
    warmup_share: float = 0.08
    # Once the decoder is trained, the encoder learns at every n-th step only: the others then cost less than half.
    encoder_every: int = 1
    # Spectrogram augmentation (masks, frequency and time warp, noise, telephone band); 0 turns it off, 1 is full. It sets in
    # over the first third of the run, and the first `short_passes` take only clips up to `short_first_s`: with long, noisy clips
    # from the first step, CTC stayed on its plateau of blanks for 1,100 steps; without, it left it after 125.
    mel_augment: float = 0.7
    short_first_s: float = 3.0
    short_passes: int = 1
    # Whether the CTC units keep their tones (400 units instead of 120); the decoder learns tones from the characters.
    phone_tones: bool = False
    augmented_copies: int = 0
    longest_s: float = 11.0
    validation_clips: int = 200
    logging_steps: int = 50
    # A pass ends after so many steps, with a check and a checkpoint; without it, when all clips were heard once.
    save_steps: int | None = None
    extra_characters: str = ""
    # Texts that callers are likely to say, one sentence a line: the language model counts them beside the manifests' texts.
    language_texts: tuple[Path, ...] = ()
    # Pronunciations and language model stay those of the model that training goes on from: for more sound of texts that it
    # has counted already (counted twice, they crowd out `language_texts`: 0.086 instead of 0.081 on the development clips).
    keep_words: bool = False
    bf16: bool = field(default=True, metadata={"aliases": ("fp16",)})
    threads: int | None = None
    seed: int = 7
    # Whose voices and words these are, for the model's card.
    data_licence: str = "not stated"
    resume_from_checkpoint: bool = False

    def __post_init__(self) -> None:
        if not self.manifests:
            raise ValueError("'manifests' must name at least one manifest (.jsonl)")
        unknown = [code for code in self.dialects if code not in DIALECT_CODES]
        if unknown:
            raise ValueError(f"'dialects' names the unknown '{unknown[0]}'; known are {', '.join(DIALECT_CODES)}")
        for name in ("learning_rate", "batch_seconds", "max_epochs", "longest_s"):
            if getattr(self, name) <= 0:
                raise ValueError(f"'{name}' must be over 0, got {getattr(self, name)}")
        if self.encoder_every < 1:
            raise ValueError(f"'encoder_every' must be 1 or more, got {self.encoder_every}")
        for name in (
            "ctc_share",
            "ctc_weight",
            "character_ctc_weight",
            "input_noise",
            "label_smoothing",
            "dropout",
            "warmup_share",
            "mel_augment",
        ):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"'{name}' must be from 0 to 1, got {getattr(self, name)}")
