"""A look at a network in training: error rates on held-out clips, by dialect, read as recognition reads them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch

from asr.cer import edit_distance
from asr.ctc import PhoneHead, Scores, ToneHead
from asr.manifest import Clip
from asr.normalize import fold
from asr.phone_reader import PhoneReader
from asr.training.batches import Batch, Labels, collate, in_order
from asr.training.network import BLANK, Network
from asr.training.store import FeatureStore

_BATCH = 32


@dataclass(frozen=True, slots=True)
class Check:
    """Error rates, each at or over 0: of phones and of characters by the CTC heads, and of the decoder's tokens (1 while it is
    not trained). `cer`: of the texts as recognition reads them, off the phones where the model has pronunciations; None while
    there is nothing to read with."""

    per: float = 1.0
    token_error: float = 1.0
    character_error: float = 1.0
    cer: float | None = None
    cer_by_dialect: dict[str, float] = field(default_factory=dict)

    @property
    def error(self) -> float:
        """What decides which weights are the best."""
        return self.per if self.cer is None else self.cer


@dataclass(frozen=True, slots=True)
class Listening:
    """Clips that are only listened to. `reading`: a folder with pronunciations and language model, where there are any."""

    clips: Sequence[Clip]
    store: FeatureStore
    labels: Labels
    reading: Path | None = None

    def check(self, network: Network, with_decoder: bool) -> Check:
        """Error rates over all clips."""
        order = sorted(range(len(self.clips)), key=self.store.length)
        reader = _reader(network, self.reading)
        tallies = _Tallies()
        network.eval()
        for run in in_order(len(order), _BATCH):
            indices = [order[i] for i in run]
            batch = collate(indices, [self.store.mel(i) for i in indices], self.labels, network.vocabulary.end).to(network.device)
            with torch.no_grad():
                encoded = network.encode(batch.mel)
                self._phones(network, encoded, indices, tallies)
                if with_decoder:
                    self._written(network, encoded, batch, indices, tallies, by_decoder=reader is None)
            if reader is not None:
                self._read(reader, encoded, indices, tallies)
        network.train()
        return tallies.rates()

    def _phones(self, network: Network, encoded: torch.Tensor, indices: Sequence[int], tallies: _Tallies) -> None:
        for row, index in zip(network.phone_logits(encoded).argmax(-1).tolist(), indices, strict=True):
            tallies.phones.add(collapse(row), self.labels.phones[index])

    def _written(
        self, network: Network, encoded: torch.Tensor, batch: Batch, indices: Sequence[int], tallies: _Tallies, by_decoder: bool
    ) -> None:
        spelled = network.character_logits(encoded)
        for row, written in enumerate(greedy(network, encoded, batch)):
            gold = [token for token in self.labels.targets[indices[row]] if token >= 0][:-1]
            tallies.tokens.add(written, gold)
            if by_decoder:
                clip = self.clips[indices[row]]
                tallies.text(clip, network.vocabulary.decode(written))
            if spelled is not None:
                said = [token + 1 for token in gold if token < network.vocabulary.end]
                tallies.characters.add(collapse(spelled[row].argmax(-1).tolist()), said)

    def _read(self, reader: PhoneReader, encoded: torch.Tensor, indices: Sequence[int], tallies: _Tallies) -> None:
        for row, index in enumerate(indices):
            frames = max(1, self.store.length(index) // 2)
            found = reader.read(encoded[row, :frames].float().cpu().numpy(), self.clips[index].dialect, 1)
            tallies.text(self.clips[index], found[0].text if found else "")


def _reader(network: Network, folder: Path | None) -> PhoneReader | None:
    """What recognition reads phones with, as the network stands."""
    if folder is None:
        return None
    tone = None if network.tone_head is None else ToneHead(*_arrays(network.tone_head))
    PhoneHead(*_arrays(network.ctc_head), network.phones, tone).write(folder)
    return PhoneReader.load(folder, network.vocabulary)


def _arrays(head: torch.nn.Linear) -> tuple[Scores, Scores]:
    """Weight and bias."""
    state = head.state_dict()
    return state["weight"].float().cpu().numpy(), state["bias"].float().cpu().numpy()


@dataclass(slots=True)
class Tally:
    """Errors and units so far."""

    wrong: int = 0
    units: int = 0

    def add(self, heard: Sequence[int] | str, said: Sequence[int] | str) -> None:
        self.wrong += edit_distance(heard, said)
        self.units += len(said)

    def rate(self, without_units: float = 1.0) -> float:
        """Errors a unit; `without_units` when nothing was counted."""
        return self.wrong / self.units if self.units else without_units


@dataclass(slots=True)
class _Tallies:
    phones: Tally = field(default_factory=Tally)
    tokens: Tally = field(default_factory=Tally)
    characters: Tally = field(default_factory=Tally)
    texts: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))

    def text(self, clip: Clip, heard: str) -> None:
        if clip.text:
            self.texts[clip.dialect].add(fold(heard), fold(clip.text))

    def rates(self) -> Check:
        wrong, units = sum(one.wrong for one in self.texts.values()), sum(one.units for one in self.texts.values())
        return Check(
            per=self.phones.rate(without_units=0.0),
            token_error=self.tokens.rate(),
            character_error=self.characters.rate(),
            cer=wrong / units if units else None,
            cer_by_dialect={dialect: one.rate() for dialect, one in sorted(self.texts.items())},
        )


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
