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
Pronounce = Callable[[str, str], tuple[str, ...]]
"""How a text is said in a dialect, as phones with their tones; empty where that is not known."""
FinetuningType = Literal["full", "lora", "encoder"]
ADD, KEEP, OWN = WORDS = ("add", "keep", "own")
_SHARES = (
    "ctc_share",
    "ctc_weight",
    "character_ctc_weight",
    "input_noise",
    "label_smoothing",
    "dropout",
    "lora_dropout",
    "warmup_share",
    "mel_augment",
    "augment_share",
    "context_share",
)


@dataclass(frozen=True, slots=True)
class AsrTraining:
    """One training run. Durations in seconds of audio unless the name says otherwise.

    Raises ValueError for values out of range.
    """

    manifests: tuple[Path, ...] = field(metadata={"aliases": ("train_manifests", "train_data_dir", "dataset")})
    output_dir: Path
    task_type: Literal["asr"] = "asr"
    # A built-in shape's name, a transformers folder, a hub's name or a .pt of openai-whisper; `init_from: bundled` goes on from
    # the bundled weights.
    base_model: str = field(default="small-zh", metadata={"aliases": ("model_name_or_path",)})
    init_from: str | None = None
    # full: all weights; lora: low-rank updates of `target_modules` (merged when saved, and beside it as a PEFT adapter);
    # encoder: the decoder stays as it is. The CTC heads always learn.
    finetuning_type: FinetuningType = "full"
    lora_rank: int = 16
    lora_alpha: int = 32
    lora_dropout: float = 0.05
    target_modules: tuple[str, ...] = field(default=("q_proj", "v_proj", "fc1", "fc2"), metadata={"aliases": ("lora_target",)})
    # Only clips of these dialects (codes of asr.dialects) are taken from the manifests; none named takes all.
    dialects: tuple[str, ...] = ()
    # The part that each manifest has in a pass, in their order; none: every clip once a pass. `clips_a_pass` bounds a pass.
    shares: tuple[float, ...] = ()
    clips_a_pass: int | None = None
    # At most so many clips of each manifest, drawn at random, for short runs on large corpora.
    most_clips: int | None = None
    # Weight of the distance to the base on Mandarin clips, in phones and in words; 0 lets the new dialects overwrite it.
    keep_mandarin: float = 0.0
    learning_rate: float = 1.5e-3
    weight_decay: float = 0.01
    batch_seconds: float = 64.0
    gradient_accumulation_steps: int = 1
    max_epochs: float = field(default=20.0, metadata={"aliases": ("epochs", "num_train_epochs")})
    max_steps: int | None = None
    # Wall clock; the learning rate then falls with the time that is gone (and the run is no longer repeatable to the bit).
    max_minutes: float | None = None
    # After so many checks without a better error rate the run ends; the weights of the best check are the ones kept.
    patience: int | None = field(default=None, metadata={"aliases": ("early_stopping_patience",)})
    # For runs from nothing: the first steps take the phones to be of equal length, which leads CTC off its plateau of blanks.
    flat_start: bool = False
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
    # The share of a pass's clips whose sound is augmented anew (the section `augment`), the others' features come from the cache.
    augment_share: float = 0.0
    # The share of the batches that begin at a random position, after and before silence of random length up to the window.
    context_share: float = 0.0
    # Whether the CTC units keep their tones (400 units instead of 120); the decoder learns tones from the characters.
    phone_tones: bool = False
    # A head of its own tells the tone of each syllable, and the phones stay without: a word's tone then weighs in the search.
    tones: bool = False
    longest_s: float = 11.0
    validation_clips: int = 200
    logging_steps: int = 50
    # A pass ends after so many steps, with a check and a checkpoint; without it, when all clips were heard once.
    save_steps: int | None = None
    # TensorBoard's folder; without it OUTPUT_DIR/runs.
    logging_dir: Path | None = None
    extra_characters: str = ""
    # Texts that callers are likely to say, one sentence a line, of other dialects than Mandarin as `yue<TAB>sentence`: the
    # language model counts them beside the manifests' texts.
    language_texts: tuple[Path, ...] = ()
    # Pronunciations and language model: `add` counts the corpora beside what the model knows that training goes on from; `keep`
    # leaves them as they are (with `tones`, pronunciations that have none are learnt once more); `own` counts the corpora alone,
    # for more sound of texts that were counted before (counted twice, they crowd out `language_texts`: 0.086 instead of 0.081
    # on the development clips).
    words: str = ADD
    bf16: bool = field(default=True, metadata={"aliases": ("fp16",)})
    threads: int | None = None
    # Processes that prepare batches ahead; 0 prepares them in between steps.
    workers: int = field(default=0, metadata={"aliases": ("dataloader_num_workers",)})
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
        if self.words not in WORDS:
            raise ValueError(f"'words' is '{self.words}'; it must be one of {', '.join(WORDS)}")
        self._refuse_shares()
        self._refuse_ranges()

    def _refuse_shares(self) -> None:
        if self.tones and self.phone_tones:
            raise ValueError("'tones' has tones told beside the phones and 'phone_tones' within them; set one of the two")
        if self.shares and len(self.shares) != len(self.manifests):
            raise ValueError(f"'shares' must have one number a manifest, got {len(self.shares)} for {len(self.manifests)}")
        if self.shares and (min(self.shares) < 0 or sum(self.shares) <= 0):
            raise ValueError("'shares' must be 0 or more, and not all 0")

    def _refuse_ranges(self) -> None:
        for name in ("learning_rate", "batch_seconds", "max_epochs", "longest_s", "lora_alpha"):
            if getattr(self, name) <= 0:
                raise ValueError(f"'{name}' must be over 0, got {getattr(self, name)}")
        for name in ("encoder_every", "gradient_accumulation_steps", "lora_rank", "clips_a_pass", "most_clips", "patience"):
            value = getattr(self, name)
            if value is not None and value < 1:
                raise ValueError(f"'{name}' must be 1 or more, got {value}")
        for name in ("keep_mandarin", "guided_attention", "workers", "short_passes"):
            if getattr(self, name) < 0:
                raise ValueError(f"'{name}' must be 0 or more, got {getattr(self, name)}")
        if self.encoder_every > 1 and self.finetuning_type == "encoder":
            raise ValueError(
                "'encoder_every' over 1 trains the decoder alone in between; finetuning_type 'encoder' leaves it as it is"
            )
        for name in _SHARES:
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"'{name}' must be from 0 to 1, got {getattr(self, name)}")
