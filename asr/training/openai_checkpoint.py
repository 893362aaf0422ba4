"""Checkpoints of openai-whisper (a .pt of `dims` and `model_state_dict`) as a transformers Whisper with its tokenizer.

The tokens come from the package openai-whisper, which carries them; the weights need no package.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers
from transformers import WhisperConfig, WhisperForConditionalGeneration

from asr.features import MelSettings
from asr.vocabulary import END, Vocabulary, of_tokenizer

_DIMS = {
    "n_mels": "num_mel_bins",
    "n_audio_ctx": "max_source_positions",
    "n_audio_state": "d_model",
    "n_audio_head": "encoder_attention_heads",
    "n_audio_layer": "encoder_layers",
    "n_text_ctx": "max_target_positions",
    "n_text_head": "decoder_attention_heads",
    "n_text_layer": "decoder_layers",
    "n_vocab": "vocab_size",
}
_NAMES = (
    (r"\.blocks\.", ".layers."),
    (r"\.mlp_ln\.", ".final_layer_norm."),
    (r"\.mlp\.0\.", ".fc1."),
    (r"\.mlp\.2\.", ".fc2."),
    (r"\.cross_attn_ln\.", ".encoder_attn_layer_norm."),
    (r"\.attn_ln\.", ".self_attn_layer_norm."),
    (r"\.cross_attn\.", ".encoder_attn."),
    (r"\.attn\.", ".self_attn."),
    (r"attn\.query\.", "attn.q_proj."),
    (r"attn\.key\.", "attn.k_proj."),
    (r"attn\.value\.", "attn.v_proj."),
    (r"attn\.out\.", "attn.out_proj."),
    (r"^encoder\.ln_post\.", "encoder.layer_norm."),
    (r"^decoder\.ln\.", "decoder.layer_norm."),
    (r"^decoder\.token_embedding\.", "decoder.embed_tokens."),
    (r"positional_embedding$", "embed_positions.weight"),
)
_SPLIT = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"  # GPT-2's, which Whisper kept


class CheckpointError(ValueError):
    """A .pt that is no checkpoint of openai-whisper, or whose tokens are not at hand."""


def load_openai(file: Path, dropout: float) -> tuple[Any, Vocabulary, MelSettings]:
    """(transformers' Whisper, vocabulary, features) of a .pt. Raises CheckpointError."""
    dims, state = _read(file)
    width = int(dims["n_audio_state"])
    shape: dict[str, Any] = {ours: int(dims[theirs]) for theirs, ours in _DIMS.items()}
    config = WhisperConfig(
        **shape,
        encoder_ffn_dim=4 * width,
        decoder_ffn_dim=4 * width,
        dropout=dropout,
    )
    vocabulary = of_tokenizer(tokens(int(dims["n_vocab"])))
    config.decoder_start_token_id = vocabulary.start
    config.pad_token_id = config.bos_token_id = config.eos_token_id = vocabulary.end
    whisper = WhisperForConditionalGeneration(config)
    named = {f"model.{renamed(name)}": value.float() for name, value in state.items()}
    named["proj_out.weight"] = named["model.decoder.embed_tokens.weight"]
    try:
        whisper.load_state_dict(named)
    except RuntimeError as fault:
        raise CheckpointError(f"{file}: its weights do not fit its dims ({str(fault).splitlines()[-1].strip()})") from None
    return whisper, vocabulary, MelSettings(n_mels=int(dims["n_mels"]))


def _read(file: Path) -> tuple[Mapping[str, int], Mapping[str, torch.Tensor]]:
    if not file.is_file():
        raise CheckpointError(f"{file}: there is no such file; name a checkpoint of openai-whisper (.pt)")
    try:
        found = torch.load(file, map_location="cpu", weights_only=True)
    except Exception as fault:  # torch raises what pickle, zipfile and its own reader raise
        raise CheckpointError(f"{file}: cannot be read as a checkpoint ({type(fault).__name__})") from None
    if not isinstance(found, dict) or not {"dims", "model_state_dict"} <= found.keys():
        raise CheckpointError(f"{file}: a checkpoint of openai-whisper has the keys dims and model_state_dict, this one has not")
    missing = [name for name in (*_DIMS, "n_text_state") if name not in found["dims"]]
    if missing:
        raise CheckpointError(f"{file}: its dims lack {missing[0]}")
    return found["dims"], found["model_state_dict"]


def renamed(name: str) -> str:
    """A weight's name in transformers, below `model.`."""
    for pattern, replacement in _NAMES:
        name = re.sub(pattern, replacement, name)
    return name


def tokens(size: int) -> Tokenizer:
    """The multilingual tokenizer of a vocabulary of `size`: 51,865, and from large-v3 on 51,866 with Cantonese.

    Raises CheckpointError for the English-only vocabulary and where openai-whisper is not installed.
    """
    try:
        from whisper.tokenizer import get_encoding
    except ModuleNotFoundError as fault:
        raise CheckpointError(f"reading a .pt needs {fault.name}: pip install 'xiangyin[whisper]'") from None
    languages = size - 51_765 - 1
    if languages < 99:
        raise CheckpointError(f"a vocabulary of {size} tokens is OpenAI's English-only one; dialects need a multilingual model")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # it leaves its file open
        encoding = get_encoding(name="multilingual", num_languages=languages)
    letters = _letters()
    ranks: dict[bytes, int] = encoding._mergeable_ranks
    spelled = {"".join(letters[byte] for byte in token): rank for token, rank in ranks.items()}
    tokenizer = Tokenizer(models.BPE(vocab=spelled, merges=_merges(ranks, letters)))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(_SPLIT), "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    special: dict[str, int] = encoding._special_tokens
    in_order = sorted(special, key=lambda token: special[token])
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in in_order])
    if tokenizer.token_to_id(END) != special[END] or tokenizer.get_vocab_size() != size:
        raise CheckpointError(f"a vocabulary of {size} tokens is none that the installed openai-whisper knows")
    return tokenizer


def _letters() -> dict[int, str]:
    """The printable letter that stands for each byte in byte-level BPE (GPT-2)."""
    plain = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = [byte for byte in range(256) if byte not in plain]
    return {byte: chr(byte) for byte in plain} | {byte: chr(256 + number) for number, byte in enumerate(others)}


def _merges(ranks: Mapping[bytes, int], letters: Mapping[int, str]) -> list[tuple[str, str]]:
    """Which two tokens each longer one is made of: those that BPE is left with when only earlier merges are allowed."""

    def spelled(token: bytes) -> str:
        return "".join(letters[byte] for byte in token)

    merges = []
    for token, rank in sorted(ranks.items(), key=lambda item: item[1]):
        if len(token) > 1:
            left, right = _parts(token, rank, ranks)
            merges.append((spelled(left), spelled(right)))
    return merges


def _parts(token: bytes, rank: int, ranks: Mapping[bytes, int]) -> tuple[bytes, bytes]:
    parts = [bytes([byte]) for byte in token]
    while len(parts) > 2:
        joined = [(ranks.get(parts[i] + parts[i + 1], rank), i) for i in range(len(parts) - 1)]
        _, place = min(joined)
        parts[place : place + 2] = [parts[place] + parts[place + 1]]
    return parts[0], parts[1]
