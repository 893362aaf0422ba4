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
    """Phone error rate of the CTC head and token error rate of the decoder, each at or over 0."""

    per: float
    cer: float


def check(network: Network, store: FeatureStore, labels: Labels, with_decoder: bool) -> Check:
    """Error rates over a whole FeatureStore; `cer` is 1 while the decoder is not yet trained."""
    order = sorted(range(len(labels.inputs)), key=store.length)
    network.eval()
    wrong_phones = phones = wrong_tokens = tokens = 0
    for run in in_order(len(order), _BATCH):
        indices = [order[i] for i in run]
        batch = collate(indices, store, labels, network.vocabulary.end).to(network.device)
        with torch.no_grad():
            encoded = network.encode(batch.mel)
            heard = network.phone_logits(encoded).argmax(-1).tolist()
            written = greedy(network, encoded, batch) if with_decoder else []
        for row, index in enumerate(indices):
            wrong_phones += edit_distance(collapse(heard[row]), labels.phones[index])
            phones += len(labels.phones[index])
            if with_decoder:
                gold = [token for token in labels.targets[index] if token >= 0][:-1]
                wrong_tokens += edit_distance(written[row], gold)
                tokens += len(gold)
    network.train()
    return Check(wrong_phones / max(1, phones), wrong_tokens / tokens if tokens else 1.0)


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
