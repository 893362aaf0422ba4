"""Text to Understanding with a LoRA classifier, on torch or on ONNX Runtime."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from nlu.lora.folder import Card, read_card
from nlu.lora.settling import Decision, Floats
from nlu.lora.spans import in_order
from nlu.text import trimmed
from nlu.understanding import Entity, Guess, Need, Understanding

LONGEST_TEXT = 2000
"""Characters that are looked at; the tokenizer cuts at the model's own length besides."""
_TOGETHER = 64


@dataclass(frozen=True, slots=True)
class Scored:
    """One sentence as the network saw it: `logits` (labels,), `tokens` (tokens, labels) and each token's span of characters."""

    logits: Floats
    tokens: Floats
    spans: tuple[tuple[int, int], ...]


class Scorer(Protocol):
    """The network, whatever runs it."""

    def score(self, texts: Sequence[str]) -> list[Scored]:
        """One result a text; texts are not empty."""
        ...


def no_entities(_text: str) -> tuple[Entity, ...]:
    """A classifier alone finds none."""
    return ()


@dataclass(frozen=True, slots=True)
class LoraParser:
    """Understands utterances; `extract` finds their entities, where the program around it has something that does."""

    card: Card
    scorer: Scorer
    extract: Callable[[str], tuple[Entity, ...]] = no_entities

    @property
    def intents(self) -> tuple[str, ...]:
        """The intents that the model knows."""
        return self.card.labels

    def parse(self, text: str) -> Understanding:
        """The needs and entities of one utterance."""
        return self.parse_many([text])[0]

    def parse_many(self, texts: Sequence[str]) -> list[Understanding]:
        """Many utterances at once, which is several times faster than one by one."""
        heard = [text[:LONGEST_TEXT] for text in texts]
        order = sorted((at for at, text in enumerate(heard) if text.strip()), key=lambda at: len(heard[at]))
        results = [Understanding(text) for text in texts]
        for begin in range(0, len(order), _TOGETHER):
            chunk = order[begin : begin + _TOGETHER]
            for at, scored in zip(chunk, self.scorer.score([heard[at] for at in chunk]), strict=True):
                entities = self.extract(heard[at])
                results[at] = understood(texts[at], scored, entities, self.card.labels, self.card.decision)
        return results


def understood(text: str, scored: Scored, entities: Sequence[Entity], labels: Sequence[str], decision: Decision) -> Understanding:
    """Scores as needs in spoken order."""
    probabilities = decision.probabilities(scored.logits)
    ranking = tuple(Guess(labels[at], round(float(probabilities[at]), 4)) for at in np.argsort(-probabilities))
    chosen = decision.chosen(scored.logits)
    order, begins = in_order(scored.tokens[:, chosen]) if len(chosen) > 1 else (list(range(len(chosen))), [0] * len(chosen))
    starts = [0, *(scored.spans[begin][0] for begin in begins[1:])] if chosen else []
    if starts != sorted(set(starts)):  # tokens without a span of their own: each need is the whole sentence's
        starts = [0] * len(chosen)
    needs = []
    for place, which in enumerate(order):
        later = [start for start in starts if start > starts[place]]
        start, end = trimmed(text, starts[place], later[0] if later else len(text))
        inside = tuple(entity for entity in entities if start <= entity.start and entity.end <= end)
        needs.append(Need(labels[chosen[which]], round(float(probabilities[chosen[which]]), 4), inside, start, end))
    confidence = min((need.confidence for need in needs), default=ranking[0].confidence if ranking else 0.0)
    return Understanding(text, tuple(needs), tuple(entities), confidence, ranking)


def load(folder: Path) -> LoraParser:
    """The parser of a trained, merged or exported model's folder, or of one .onnx file in it. Raises ModelError."""
    file = folder.name if folder.suffix == ".onnx" else ""
    folder = folder.parent if file else folder
    card = read_card(folder)
    if card.form == "onnx":
        from nlu.lora.onnx import OnnxScorer

        return LoraParser(card, OnnxScorer(folder, card.max_length, file))
    from nlu.lora.scoring import load_scorer

    return LoraParser(card, load_scorer(folder, card))
