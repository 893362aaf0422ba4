"""A base model in memory: tokenizer, classifier, quantisation and attention as the config asks."""

from __future__ import annotations

from typing import Any

from nlu.finetune.adapters import quiet
from nlu.finetune.base import BaseModelError
from nlu.finetune.precision import Mode
from nlu.finetune.settings import FineTuning

_ATTENTION = {
    "auto": None,
    "disabled": "eager",
    "sdpa": "sdpa",
    "fa2": "flash_attention_2",
    True: "flash_attention_2",
    False: None,
}


def load_tokenizer(folder: str, config: FineTuning) -> Any:
    """The base's tokenizer, with something to pad with: LLaMA has no such token, its end stands in."""
    from transformers import AutoTokenizer

    try:
        with quiet():
            tokenizer = AutoTokenizer.from_pretrained(
                folder, trust_remote_code=config.trust_remote_code, cache_dir=config.cache_dir
            )
    except (OSError, ValueError) as fault:
        raise BaseModelError(f"base_model: no tokenizer can be loaded from '{folder}' ({_first_line(fault)})") from None
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token or tokenizer.unk_token
    return tokenizer


def load_classifier(folder: str, config: FineTuning, labels: int, precision: Mode) -> Any:
    """The base with a fresh linear head of `labels` outputs, its weights frozen once an adapter is attached."""
    from transformers import AutoModelForSequenceClassification

    return _load(AutoModelForSequenceClassification, folder, config, precision, num_labels=labels)


def load_causal(folder: str, config: FineTuning, precision: Mode) -> Any:
    """The base as a language model, for trainings of style."""
    from transformers import AutoModelForCausalLM

    return _load(AutoModelForCausalLM, folder, config, precision)


def _load(kind: Any, folder: str, config: FineTuning, precision: Mode, **more: Any) -> Any:
    options = {**more, "trust_remote_code": config.trust_remote_code, "cache_dir": config.cache_dir, "dtype": dtype(precision)}
    attention = attention_of(config)
    if attention is not None:
        options["attn_implementation"] = attention
    if config.bits:
        options["quantization_config"] = quantisation(config, precision)
    try:
        with quiet():
            return prepared(kind.from_pretrained(folder, **options), config)
    except (OSError, ValueError) as fault:
        raise BaseModelError(
            f"base_model: '{folder}' cannot be loaded ({_first_line(fault)}); without a hub in reach name a local folder"
        ) from None


def prepared(model: Any, config: FineTuning) -> Any:
    """Ready for an adapter: gradients through a quantised base, checkpointed activations where asked."""
    model.config.use_cache = False  # past keys serve generation; a training has no use for them
    again = {"use_reentrant": False}
    if config.bits:
        from peft import prepare_model_for_kbit_training

        return prepare_model_for_kbit_training(model, config.gradient_checkpointing, gradient_checkpointing_kwargs=again)
    if config.gradient_checkpointing:
        model.gradient_checkpointing_enable(gradient_checkpointing_kwargs=again)
        model.enable_input_require_grads()
    return model


def quantisation(config: FineTuning, precision: Mode) -> Any:
    """What bitsandbytes does while loading: NF4, doubly quantised (Dettmers et al. 2023), or 8 bits. The head stays whole."""
    import torch
    from transformers import BitsAndBytesConfig

    from nlu.finetune.adapters import HEADS

    if config.bits == 8:
        return BitsAndBytesConfig(load_in_8bit=True, llm_int8_skip_modules=list(HEADS))
    return BitsAndBytesConfig(
        load_in_4bit=True,
        bnb_4bit_quant_type=config.quantization_type,
        bnb_4bit_use_double_quant=config.double_quantization,
        bnb_4bit_compute_dtype={"fp16": torch.float16, "bf16": torch.bfloat16}.get(precision, torch.float32),
        llm_int8_skip_modules=list(HEADS),
    )


def dtype(precision: Mode) -> Any:
    """Of the frozen weights: half where a GPU computes in it; a CPU keeps fp32 and casts while it computes."""
    import torch

    if not torch.cuda.is_available():
        return torch.float32
    return {"fp16": torch.float16, "bf16": torch.bfloat16}.get(precision, torch.float32)


def attention_of(config: FineTuning) -> str | None:
    """transformers' name of the attention to use; None leaves it to transformers. FlashAttention needs a GPU and its package."""
    import importlib.util

    import torch

    name = _ATTENTION[config.flash_attn]
    if name == "flash_attention_2" and not (torch.cuda.is_available() and importlib.util.find_spec("flash_attn")):
        return "sdpa"
    return name


def _first_line(fault: Exception) -> str:
    return str(fault).strip().splitlines()[0][:200] if str(fault).strip() else type(fault).__name__
