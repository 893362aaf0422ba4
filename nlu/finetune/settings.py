"""The keys of a LoRA training: one canonical name each, the names that other tools give it as aliases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

WARNED_RANK = 32
"""Over this rank an adapter of a few thousand rows learns by heart; mission.md calls it a warning sign."""


class SettingsError(ValueError):
    """A training config contradicts itself; the message names the keys and says what to write."""


# ruff: noqa: RUF009 - the two functions below are dataclasses.field with fewer words


def _named(default: Any, *aliases: str) -> Any:  # Any: stands for the field's own type, as dataclasses.field does
    return field(default=default, metadata={"aliases": aliases})


def _idle(default: Any, *aliases: str) -> Any:
    """A key that other tools read and a classifier has no use for: taken, and said to be without effect."""
    return field(default=default, metadata={"aliases": aliases, "idle": True})


@dataclass(frozen=True, slots=True, kw_only=True)
class FineTuning:
    """Keys that every LoRA training knows. Raises SettingsError where they contradict each other.

    Defaults are those of mission.md's intent LoRA on LLaMA-2-7B (r 8, alpha 16, dropout 0.05, lr 2e-4, 4 x 4, 256 tokens).
    `base_model` is a folder, a name on a hub, `package:NAME` (a Python package that carries a model) or `minilm`.
    `target_modules` empty: by the architecture of the base (nlu.finetune.adapters); `all` or `all-linear`: every linear layer;
    with `lm_head` beside it the head of a language model too, which small bases need for characters they have hardly read.
    `max_steps` above 0 wins over `epochs`; `max_steps`, `warmup_steps`, `logging_steps`, `save_steps` and `eval_steps` count
    updates, not batches. Rates of `warmup_ratio` and `val_size` are shares; `val_size` of 1 or more counts rows. `ema` (0.99 to
    0.9999; 0: off): the running mean of the trained weights is measured and kept instead of the weights.
    """

    base_model: str = _named("", "model_name_or_path", "base_model_name_or_path", "model_name", "pretrained_model")
    output_dir: Path
    train_data: tuple[Path, ...] = _named((), "train_file", "train_files", "data", "data_path")
    train_data_dir: Path | None = _named(None, "data_dir", "train_dir")
    metadata_path: Path | None = _named(None, "metadata_file")
    dataset: tuple[Path, ...] = ()
    dataset_dir: Path | None = None
    max_samples: int | None = _named(None, "max_train_samples")
    finetuning_type: Literal["lora", "qlora"] = _named("lora", "finetune_type", "tuning_type")
    lora_rank: int = _named(8, "rank", "r", "lora_r")
    lora_alpha: int = _named(16, "alpha")
    lora_dropout: float = 0.05
    target_modules: tuple[str, ...] = _named((), "lora_target", "lora_target_modules")
    use_rslora: bool = False
    adapter: Path | None = _named(None, "adapter_name_or_path", "init_from", "lora_weights")
    quantization_bit: Literal[4, 8] | None = _named(None, "quantization_bits", "bits")
    load_in_4bit: bool = False
    load_in_8bit: bool = False
    quantization_type: Literal["nf4", "fp4"] = _named("nf4", "bnb_4bit_quant_type")
    double_quantization: bool = _named(True, "bnb_4bit_use_double_quant", "double_quant")
    batch_size: int = _named(4, "per_device_train_batch_size", "train_batch_size", "micro_batch_size")
    eval_batch_size: int = _named(32, "per_device_eval_batch_size")
    gradient_accumulation_steps: int = _named(4, "gradient_accumulation", "grad_accum_steps")
    gradient_checkpointing: bool = _named(False, "activation_checkpointing")
    epochs: float = _named(3.0, "num_train_epochs", "num_epochs")
    max_steps: int = _named(-1, "max_train_steps")
    warmup_steps: int = _named(0, "num_warmup_steps")
    warmup_ratio: float = 0.0
    learning_rate: float = _named(2e-4, "lr")
    lr_scheduler: Literal["linear", "cosine", "constant", "constant_with_warmup"] = _named(
        "linear", "lr_scheduler_type", "scheduler"
    )
    optimizer: str = _named("auto", "optim")
    weight_decay: float = 0.0
    max_grad_norm: float = 1.0
    ema: float = _named(0.0, "ema_decay")
    max_length: int = _named(256, "max_seq_length", "max_source_length", "cutoff_len", "model_max_length", "max_seq_len")
    fp16: bool = False
    bf16: bool = False
    flash_attn: Literal["auto", "disabled", "sdpa", "fa2"] | bool = _named("auto", "use_flash_attention", "flash_attention")
    logging_steps: int = 10
    logging_dir: Path | None = None
    report_to: tuple[str, ...] = ("tensorboard",)
    eval_strategy: Literal["no", "steps", "epoch"] | bool = _named("epoch", "evaluation_strategy")
    eval_steps: int | None = None
    val_size: float = _named(0.1, "validation_split", "val_ratio", "test_size")
    early_stopping_patience: int = _named(0, "patience", "early_stopping")
    save_steps: int = 0
    save_strategy: Literal["no", "steps", "epoch"] | bool = "steps"
    save_total_limit: int = 2
    resume_from_checkpoint: bool | Path = False
    export_dir: Path | None = _named(None, "merged_dir")
    deepspeed: Path | None = _named(None, "deepspeed_config", "ds_config")
    trust_remote_code: bool = False
    cache_dir: Path | None = None
    threads: int | None = None
    seed: int = _named(42, "random_seed")
    data_licence: str = ""
    stage: str | None = _idle(None)
    do_train: bool = _idle(True)
    do_eval: bool = _idle(False)
    do_predict: bool = _idle(False)
    template: str | None = _idle(None, "prompt_template", "chat_template")
    max_target_length: int | None = _idle(None, "max_new_tokens")
    predict_with_generate: bool = _idle(False)
    generation_max_length: int | None = _idle(None)
    packing: bool | None = _idle(None)
    train_on_prompt: bool = _idle(False)
    overwrite_output_dir: bool = _idle(True)
    overwrite_cache: bool = _idle(True)
    preprocessing_num_workers: int | None = _idle(None)
    dataloader_num_workers: int | None = _idle(None)
    ddp_timeout: int | None = _idle(None)
    plot_loss: bool = _idle(False)
    save_only_model: bool = _idle(False)

    def __post_init__(self) -> None:
        check(self)

    @property
    def bits(self) -> int | None:
        """Bits of a quantised base: 4 (QLoRA), 8, or None."""
        if self.quantization_bit:
            return self.quantization_bit
        if self.finetuning_type == "qlora" or self.load_in_4bit:
            return 4
        return 8 if self.load_in_8bit else None

    @property
    def evaluates(self) -> Literal["no", "steps", "epoch"]:
        """When to measure on the held-out rows; a YAML `no` comes as false."""
        if isinstance(self.eval_strategy, bool):
            return "epoch" if self.eval_strategy else "no"
        return self.eval_strategy

    @property
    def checkpoint_every(self) -> int | Literal["epoch"]:
        """Updates between two checkpoints, or 'epoch'; 0 for none."""
        if self.save_strategy == "epoch":
            return "epoch"
        return 0 if self.save_strategy in ("no", False) else self.save_steps

    @property
    def optimizer_name(self) -> str:
        """What `auto` stands for: paged 8-bit AdamW on a quantised base, AdamW else."""
        if self.optimizer != "auto":
            return self.optimizer
        return "paged_adamw_8bit" if self.bits else "adamw"


OPTIMIZERS = (
    "auto",
    "adamw",
    "adamw_torch",
    "adamw_hf",
    "adamw_torch_fused",
    "adamw_8bit",
    "adamw_bnb_8bit",
    "paged_adamw_8bit",
    "sgd",
)
_RANGES: tuple[tuple[str, float, float], ...] = (
    ("lora_rank", 1, 1024),
    ("lora_alpha", 1, 100_000),
    ("lora_dropout", 0, 0.95),
    ("batch_size", 1, 65536),
    ("eval_batch_size", 1, 65536),
    ("gradient_accumulation_steps", 1, 65536),
    ("epochs", 0.001, 10_000),
    ("learning_rate", 1e-9, 10),
    ("warmup_steps", 0, 1e9),
    ("warmup_ratio", 0, 1),
    ("weight_decay", 0, 10),
    ("ema", 0, 0.99999),
    ("max_length", 4, 131_072),
    ("logging_steps", 1, 1e9),
    ("early_stopping_patience", 0, 1e6),
    ("save_total_limit", 1, 1e6),
)


def check(config: FineTuning) -> None:
    """Refuse what cannot be meant; raises SettingsError at the first fault."""
    if not config.base_model:
        raise SettingsError("the key 'base_model' (or model_name_or_path) is missing: a folder, a hub's name, or 'minilm'")
    for name, low, high in _RANGES:
        if not low <= getattr(config, name) <= high:
            raise SettingsError(f"{name} must lie between {low:g} and {high:g}, got {getattr(config, name):g}")
    if config.fp16 and config.bf16:
        raise SettingsError("fp16 and bf16 are both true; keep one (bf16 on GPUs since 2020, fp16 on older ones)")
    if config.quantization_bit == 8 and (config.finetuning_type == "qlora" or config.load_in_4bit):
        raise SettingsError("QLoRA quantises the base to 4 bits; write quantization_bit: 4, or finetuning_type: lora for 8 bits")
    if config.ema and config.deepspeed is not None:
        raise SettingsError("ema takes a mean of weights that DeepSpeed spreads over processes; leave out ema or deepspeed")
    if config.optimizer not in OPTIMIZERS:
        raise SettingsError(f"optimizer '{config.optimizer}' is unknown ({', '.join(OPTIMIZERS)})")
    if not (config.train_data or config.train_data_dir or config.metadata_path or config.dataset):
        raise SettingsError("no data: name files with train_data, a folder with train_data_dir, or names with dataset")


def idle_keys(config: FineTuning) -> tuple[str, ...]:
    """Keys that were set otherwise than by default and have no effect on a classifier; the caller says so once."""
    keys = (one for one in fields(config) if one.metadata.get("idle"))
    return tuple(one.name for one in keys if getattr(config, one.name) != one.default)


def base_keys() -> tuple[str, ...]:
    """The key of the base model and its aliases: a config that has one of them asks for a LoRA training."""
    metadata: Mapping[str, Any] = next(one.metadata for one in fields(FineTuning) if one.name == "base_model")
    return ("base_model", *metadata["aliases"])
