"""A quick look at a network in training: error rates on held-out clips, greedily decoded in torch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from asr.cer import edit_distance
from asr.training.batches import Batch, Labels, collate, in_order
from asr.training.network import BLANK, Network
from asr.training.store import FeatureStore

_BATCH = 32


@dataclass(frozen=True, slots=True)
class Check:
    """Error rates, each at or over 0: of phones and of characters by the CTC heads, and of the decoder's tokens."""

    per: float
    cer: float
    ctc_cer: float


def check(network: Network, store: FeatureStore, labels: Labels, with_decoder: bool) -> Check:
    """Error rates over a whole FeatureStore; `cer` and `ctc_cer` are 1 while only the encoder is trained."""
    order = sorted(range(len(labels.inputs)), key=store.length)
    network.eval()
    phones, tokens, characters = Tally(), Tally(), Tally()
    for run in in_order(len(order), _BATCH):
        indices = [order[i] for i in run]
        batch = collate(indices, store, labels, network.vocabulary.end).to(network.device)
        with torch.no_grad():
            encoded = network.encode(batch.mel)
            heard = network.phone_logits(encoded).argmax(-1).tolist()
            read = network.character_logits(encoded) if with_decoder else None
            written = greedy(network, encoded, batch) if with_decoder else []
        spelled = [] if read is None else read.argmax(-1).tolist()
        for row, index in enumerate(indices):
            gold = [token for token in labels.targets[index] if token >= 0][:-1]
            phones.add(collapse(heard[row]), labels.phones[index])
            if written:
                tokens.add(written[row], gold)
            if spelled:
                characters.add(collapse(spelled[row]), [token + 1 for token in gold if token < network.vocabulary.end])
    network.train()
    return Check(phones.rate(0.0), tokens.rate(1.0), characters.rate(1.0))


@dataclass(slots=True)
class Tally:
    """Errors and units so far."""

    wrong: int = 0
    units: int = 0

    def add(self, heard: Sequence[int], said: Sequence[int]) -> None:
        self.wrong += edit_distance(heard, said)
        self.units += len(said)

    def rate(self, without_units: float) -> float:
        """Errors a unit; `without_units` when nothing was counted."""
        return self.wrong / self.units if self.units else without_units


def collapse(frames: Sequence[int]) -> list[int]:
    """Best path of CTC: repeats merged, blanks dropped."""
    return [unit for i, unit in enumerate(frames) if unit != BLANK and (i == 0 or frames[i - 1] != unit)]


def greedy(network: Network, encoded: torch.Tensor, batch: Batch) -> list[list[int]]:
    """The likeliest token after each other, up to the end token, for each clip of a batch."""
    prompt = int((batch.targets[0] < 0).long().argmin()) + 1
    tokens = batch.inputs[:, :prompt]
    for _ in range(batch.targets.shape[1] + 4):
        following = network.token_logits(encoded, tokens)[:, -1].argmax(-1, keepdim=True)
        tokens = torch.cat((tokens, following), dim=1)
        if bool((tokens[:, prompt:] == network.vocabulary.end).any(dim=1).all()):
            break
    rows: list[list[int]] = tokens[:, prompt:].tolist()
    return [row[: row.index(network.vocabulary.end)] if network.vocabulary.end in row else row for row in rows]
