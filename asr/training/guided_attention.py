"""Guided attention: a penalty that teaches half of the decoder's cross-attention heads to read the sound from left to right.

Without it the decoder stays with a bag of phones: every head looks for its phones anywhere in the clip, at full weight, and the
order comes from the language alone (seen here: phone error rate 0.17, character error rate 0.79 after 2,000 steps). After
Tachibana et al. 2017, with the beginning and the end of speech taken from the CTC head instead of the ends of the clip.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import nn

from asr.training.network import BLANK, Network

_WIDTH = 0.1
"""How far from the diagonal is free of charge, as a share of the speech."""


class GuidedAttention:
    """Hooks on a network's cross-attention; `loss` belongs to the network's latest forward pass."""

    def __init__(self, network: Network) -> None:
        self._vocabulary = network.vocabulary
        self._heads = int(network.whisper.config.decoder_attention_heads)
        self._queries: list[torch.Tensor | None] = []
        self._keys: list[torch.Tensor | None] = []
        for index, layer in enumerate(network.whisper.model.decoder.layers):
            self._queries.append(None)
            self._keys.append(None)
            layer.encoder_attn.q_proj.register_forward_hook(self._keep(self._queries, index))
            layer.encoder_attn.k_proj.register_forward_hook(self._keep(self._keys, index))

    @staticmethod
    def _keep(into: list[torch.Tensor | None], index: int) -> Callable[[nn.Module, object, torch.Tensor], None]:
        def hook(_module: nn.Module, _inputs: object, output: torch.Tensor) -> None:
            into[index] = output

        return hook

    def loss(self, phone_logits: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        """Mean share of attention off the diagonal, in [0, 1]; 0 for a batch without speech."""
        penalty, counted = self._penalty(phone_logits, targets)
        total = torch.zeros((), device=targets.device)
        for query, key in zip(self._queries, self._keys, strict=True):
            if query is None or key is None:
                continue
            weights = self._weights(query, key)
            off = (weights * penalty[:, None]).sum(-1).mean(1)
            total = total + (off * counted).sum() / counted.sum().clamp(min=1)
        return total / len(self._queries)

    def _weights(self, query: torch.Tensor, key: torch.Tensor) -> torch.Tensor:
        """Attention of the first half of the heads, (batch, heads / 2, tokens, frames)."""
        batch, tokens, width = query.shape
        depth = width // self._heads
        half = max(1, self._heads // 2)
        q = query.view(batch, tokens, self._heads, depth).transpose(1, 2)[:, :half].float()
        k = key.view(batch, key.shape[1], self._heads, depth).permute(0, 2, 3, 1)[:, :half].float()
        return torch.softmax(torch.matmul(q, k) * depth**-0.5, dim=-1)

    def _penalty(self, phone_logits: torch.Tensor, targets: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """How wrong each frame is for each token, (batch, tokens, frames), and which tokens count, (batch, tokens)."""
        speech = phone_logits.detach().argmax(-1) != BLANK
        frames = torch.arange(speech.shape[1], device=targets.device)
        first = torch.where(speech, frames, speech.shape[1]).amin(1).float() - 1
        last = torch.where(speech, frames, -1).amax(1).float() + 2
        said = targets >= 0
        begin = said.long().argmax(1) + (0 if self._vocabulary.dialect_in_prompt else 1)
        end = said.sum(1) + said.long().argmax(1) - 1
        tokens = torch.arange(targets.shape[1], device=targets.device)[None]
        length = (end - begin).clamp(min=1)
        at_token = (tokens - begin[:, None] + 0.5) / length[:, None]
        at_frame = (frames[None] + 0.5 - first[:, None]) / (last - first).clamp(min=1)[:, None]
        penalty = 1 - torch.exp(-((at_token[:, :, None] - at_frame[:, None, :]) ** 2) / (2 * _WIDTH**2))
        counted = (tokens >= begin[:, None]) & (tokens < end[:, None]) & (last > first + 1)[:, None]
        return penalty, counted.float()
