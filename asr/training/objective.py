"""What one step minimises: CTC on phones and characters, the decoder's cross-entropy, guided attention, keep-Mandarin."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import nn
from torch.nn import functional

from asr.training.batches import IGNORED, Batch, noisy
from asr.training.flat_start import flat_start_loss, flat_start_weight
from asr.training.guided_attention import GuidedAttention
from asr.training.losses import character_loss, phone_loss
from asr.training.mel_augment import augment_mel
from asr.training.network import Network
from asr.training.schedule import augment_strength, guide_weight
from asr.training.settings import AsrTraining
from asr.training.teacher import Teacher

_NOTHING = torch.zeros(())
LOSSES = ("ctc", "characters", "decoder", "guide", "keep")


@dataclass(frozen=True, slots=True)
class Losses:
    """CTC per phone and per character, cross-entropy per token, attention off the diagonal (these three are 0 while only the
    encoder is trained), and the distance to the base on Mandarin (0 without keep_mandarin)."""

    ctc: float
    characters: float
    decoder: float
    guide: float
    keep: float


class Objective(nn.Module):
    """The network and its losses as one module, which is what several processes share their gradients through."""

    def __init__(self, network: Network, config: AsrTraining, teacher: Teacher | None) -> None:
        super().__init__()
        self.network = network
        self._config = config
        self._teacher = teacher
        self._guide = GuidedAttention(network)

    def forward(self, batch: Batch, done: float, step: int) -> tuple[torch.Tensor, torch.Tensor]:
        """(the loss, its parts in the order of LOSSES). `done` is the share of the run that is over."""
        config, network = self._config, self.network
        generator = torch.Generator().manual_seed(config.seed * 1_000_003 + step)
        mel = augment_mel(batch.mel, augment_strength(config, done), generator).to(network.device)
        batch = batch.to(network.device)
        decoding = decodes(config, done)
        if decoding:
            batch = replace(batch, inputs=noisy(batch, config.input_noise, network.vocabulary.end, generator))
        with torch.autocast(network.device.type, torch.bfloat16, enabled=config.bf16):
            with torch.set_grad_enabled(not decoding or step % config.encoder_every == 0):
                encoded = network.encode(mel, batch.offset)
                phones = network.phone_logits(encoded)
                ctc = phone_loss(phones, batch, network.tone_logits(encoded))
                flat = self._flat(phones, mel, batch, step)
                characters = self._characters(encoded, batch) if decoding else _NOTHING
            words = network.token_logits(encoded, batch.inputs) if decoding else None
            decoder, guide = (_NOTHING, _NOTHING) if words is None else self._decode(words, phones, batch)
            kept = _NOTHING if self._teacher is None else self._teacher.distance(mel, batch, phones, words)
        loss = ctc
        if decoding:
            loss = decoder + config.ctc_weight * ctc + config.character_ctc_weight * characters
            loss = loss + guide_weight(config, done) * guide
        loss = loss + config.keep_mandarin * kept + flat
        return loss, torch.stack([part.detach().float().cpu() for part in (ctc, characters, decoder, guide, kept)])

    def _flat(self, phones: torch.Tensor, mel: torch.Tensor, batch: Batch, step: int) -> torch.Tensor:
        weight = flat_start_weight(step) if self._config.flat_start else 0.0
        return weight * flat_start_loss(phones, mel, batch) if weight else _NOTHING

    def _characters(self, encoded: torch.Tensor, batch: Batch) -> torch.Tensor:
        logits = self.network.character_logits(encoded)
        return _NOTHING if logits is None else character_loss(logits, batch, self.network.vocabulary.end)

    def _decode(self, words: torch.Tensor, phones: torch.Tensor, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        decoder = functional.cross_entropy(
            words.float().flatten(0, 1),
            batch.targets.flatten(),
            ignore_index=IGNORED,
            label_smoothing=self._config.label_smoothing,
        )
        return decoder, self._guide.loss(phones, batch.targets)


def decodes(config: AsrTraining, done: float) -> bool:
    """Whether the decoder is trained already at this share of the run."""
    return done >= config.ctc_share and config.ctc_share < 1
