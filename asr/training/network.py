"""The network that is trained: a transformers Whisper with CTC heads on its encoder; the heads are for training only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn import functional
from transformers import PreTrainedTokenizerFast, WhisperConfig, WhisperForConditionalGeneration

from asr.ctc import PHONES_FILE
from asr.export import HEADS_FILE
from asr.features import SHORT, MelSettings
from asr.training.openai_checkpoint import CheckpointError, load_openai
from asr.vocabulary import END, UNKNOWN, Vocabulary, of_characters, read_vocabulary

BLANK = 0
TONES = 9
"""Tones are written as one digit; Hokkien has the most, eight."""
_SMALL = 30_000_000
"""Models of fewer parameters may travel with the program, whose files are 15 MB at most: they are written in parts."""


class BaseModelError(ValueError):
    """A base model that cannot be loaded or trained."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A built-in architecture, trained from nothing. Positions are encoder frames of 2 * hop."""

    width: int
    encoder_layers: int
    decoder_layers: int
    heads: int
    source_positions: int = 750  # 30 s at a hop of 320
    target_positions: int = 96


SHAPES: dict[str, Shape] = {
    "small-zh": Shape(width=256, encoder_layers=4, decoder_layers=2, heads=4),
    "deep-zh": Shape(width=256, encoder_layers=5, decoder_layers=1, heads=4),
    "tiny-zh": Shape(width=64, encoder_layers=1, decoder_layers=1, heads=2),
}


class Network(nn.Module):
    """Whisper plus CTC heads (unit 0 is the blank): one over `phones`, and one over characters (token id + 1) where the
    vocabulary has characters. The second makes the encoder say what the decoder then only has to read off (ESPnet's hybrid).
    With `tones` a third head tells the tone of the phone that is said in a frame."""

    def __init__(
        self, whisper: Any, vocabulary: Vocabulary, mel: MelSettings, phones: Sequence[str], tones: bool = False
    ) -> None:
        super().__init__()
        self.whisper = whisper  # Any: transformers is untyped
        # On a CPU the fused attention's backward pass takes a fifth of a step at these lengths (about 70 frames, 15 tokens).
        whisper.set_attn_implementation("sdpa" if torch.cuda.is_available() else "eager")
        self.vocabulary = vocabulary
        self.mel = mel
        self.phones = tuple(phones)
        width = int(whisper.config.d_model)
        self.ctc_head = nn.Linear(width, len(self.phones) + 1)
        self.character_head = None if vocabulary.dialect_in_prompt else nn.Linear(width, vocabulary.end + 1)
        self.tone_head = nn.Linear(width, TONES) if tones else None

    @property
    def device(self) -> torch.device:
        return self.ctc_head.weight.device

    @property
    def positions(self) -> int:
        """The longest window, in places of the encoder (two frames each)."""
        return int(self.whisper.config.max_source_positions)

    def encode(self, mel: torch.Tensor, offset: int = 0) -> torch.Tensor:
        """(batch, n_mels, frames) to (batch, frames / 2, width), the first at position `offset`; beyond the window all is cut.

        The layers of transformers' encoder, without its demand that every clip be as long as the longest (30 s in OpenAI's).
        """
        encoder = self.whisper.model.encoder
        hidden = functional.gelu(encoder.conv1(mel[:, :, : 2 * self.positions]))
        hidden = functional.gelu(encoder.conv2(hidden)).transpose(1, 2)
        offset = max(0, min(offset, self.positions - hidden.shape[1]))
        hidden = hidden + encoder.embed_positions.weight[offset : offset + hidden.shape[1]]
        hidden = functional.dropout(hidden, encoder.dropout, self.training)
        for layer in encoder.layers:
            hidden = layer(hidden, None)
        normed: torch.Tensor = encoder.layer_norm(hidden)
        return normed

    def phone_logits(self, encoded: torch.Tensor) -> torch.Tensor:
        """(batch, frames / 2, phones + 1)."""
        logits: torch.Tensor = self.ctc_head(encoded)
        return logits

    def tone_logits(self, encoded: torch.Tensor) -> torch.Tensor | None:
        """(batch, frames / 2, TONES), the first for tone 1; nothing where tones are not told."""
        return None if self.tone_head is None else self.tone_head(encoded)

    def character_logits(self, encoded: torch.Tensor) -> torch.Tensor | None:
        """(batch, frames / 2, characters + 1); nothing where tokens are bytes."""
        return None if self.character_head is None else self.character_head(encoded)

    def heads(self) -> dict[str, torch.Tensor]:
        """The weights that transformers does not know of."""
        return {name: value for name, value in self.state_dict().items() if not name.startswith("whisper.")}

    def token_logits(self, encoded: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
        """(batch, tokens, vocabulary): what follows each of `tokens` (batch, tokens)."""
        decoded = self.whisper.model.decoder(input_ids=tokens, encoder_hidden_states=encoded, use_cache=False)
        logits: torch.Tensor = self.whisper.proj_out(decoded.last_hidden_state)
        return logits

    def save(self, folder: Path, whisper: Any = None) -> None:
        """Write a transformers folder in half precision, with tokenizer, features' settings and the CTC heads beside it.

        `whisper` takes the place of the network's own (the same with LoRA merged into it).
        """
        folder.mkdir(parents=True, exist_ok=True)
        written = self.whisper if whisper is None else whisper
        halves = {name: value.half().contiguous() for name, value in written.state_dict().items()}
        size = sum(value.numel() for value in halves.values())
        written.save_pretrained(folder, state_dict=halves, max_shard_size="14MB" if size < _SMALL else "5GB")
        fast_tokenizer(self.vocabulary).save_pretrained(folder)
        self.mel.write(folder)
        save_file({name: value.half().contiguous() for name, value in self.heads().items()}, folder / HEADS_FILE)
        (folder / PHONES_FILE).write_text(json.dumps(self.phones, ensure_ascii=False) + "\n", encoding="utf-8")


def fast_tokenizer(vocabulary: Vocabulary) -> Any:  # Any: transformers is untyped
    """The vocabulary as a transformers tokenizer; OpenAI's has no token for the unknown and takes the end token instead."""
    unknown = UNKNOWN if UNKNOWN in vocabulary.tokenizer.get_vocab() else END
    return PreTrainedTokenizerFast(
        tokenizer_object=vocabulary.tokenizer, unk_token=unknown, eos_token=END, bos_token=END, pad_token=END
    )


def build(shape: Shape, characters: Sequence[str], phones: Sequence[str], dropout: float, tones: bool = False) -> Network:
    """A network of a built-in shape, weights at random (seeded by torch's generator)."""
    vocabulary = of_characters(characters)
    config = WhisperConfig(
        vocab_size=vocabulary.size,
        num_mel_bins=SHORT.n_mels,
        d_model=shape.width,
        encoder_layers=shape.encoder_layers,
        decoder_layers=shape.decoder_layers,
        encoder_attention_heads=shape.heads,
        decoder_attention_heads=shape.heads,
        encoder_ffn_dim=4 * shape.width,
        decoder_ffn_dim=4 * shape.width,
        max_source_positions=shape.source_positions,
        max_target_positions=shape.target_positions,
        dropout=dropout,
        pad_token_id=vocabulary.end,
        bos_token_id=vocabulary.end,
        eos_token_id=vocabulary.end,
        decoder_start_token_id=vocabulary.start,
    )
    whisper = WhisperForConditionalGeneration(config)
    return Network(with_generation(whisper, vocabulary), vocabulary, SHORT, phones, tones)


def load(base: str, dropout: float) -> Network:
    """A network from a transformers folder, a hub's name (openai/whisper-small) or openai-whisper's .pt. Raises BaseModelError.

    CTC heads beside the weights come along; without them the network knows no phones until `extend` gives it some.
    """
    if base.endswith(".pt"):
        return _of_openai(Path(base), dropout)
    folder = Path(base)
    if not folder.is_dir():
        folder = _from_hub(base)
    try:
        whisper = WhisperForConditionalGeneration.from_pretrained(folder, dropout=dropout, dtype=torch.float32)
    except (OSError, ValueError, KeyError) as fault:
        raise BaseModelError(f"{base}: not a Whisper model that transformers can load ({_first_line(fault)})") from None
    old_phones = _phones(folder)
    heads = load_file(folder / HEADS_FILE) if old_phones else {}
    network = Network(whisper, read_vocabulary(folder), MelSettings.read(folder), old_phones, "tone_head.weight" in heads)
    network.load_state_dict({name: value.float() for name, value in heads.items()}, strict=False)
    return network


def _of_openai(file: Path, dropout: float) -> Network:
    try:
        whisper, vocabulary, mel = load_openai(file, dropout)
    except CheckpointError as fault:
        raise BaseModelError(str(fault)) from None
    return Network(with_generation(whisper, vocabulary), vocabulary, mel, ())


def _from_hub(name: str) -> Path:
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, allow_patterns=["*.json", "*.safetensors", "*.txt"]))
    except (OSError, ValueError) as fault:
        raise BaseModelError(
            f"base_model '{name}' is neither a built-in shape ({', '.join(SHAPES)}), nor a folder, nor to be had from a hub "
            f"({_first_line(fault)})"
        ) from None


def _phones(folder: Path) -> tuple[str, ...]:
    file = folder / PHONES_FILE
    return tuple(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else ()


def with_generation(whisper: Any, vocabulary: Vocabulary) -> Any:  # Any: transformers is untyped
    """The Whisper with generation settings that suppress nothing."""
    generation = whisper.generation_config
    generation.suppress_tokens = []
    generation.begin_suppress_tokens = []
    generation.no_timestamps_token_id = vocabulary.no_timestamps
    return whisper


def _first_line(fault: BaseException) -> str:
    return next(iter(str(fault).splitlines()), type(fault).__name__)
