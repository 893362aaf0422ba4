"""The network on torch: base and adapter loaded, and sentences scored. Importing this module imports torch."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from nlu.finetune.adapters import base_of_adapter, quiet
from nlu.finetune.base import BaseModelError, fingerprint, resolve
from nlu.lora.folder import Card
from nlu.lora.network import HeadShape, IntentNetwork, collate, plain_head
from nlu.lora.parser import Scored
from nlu.model_folder import ModelError


@dataclass(frozen=True, slots=True)
class TorchScorer:
    """A network in evaluation mode with its tokenizer. Thread safe: tokenizers are not, so they are used one at a time."""

    network: IntentNetwork
    tokenizer: Any
    max_length: int
    lock: threading.Lock = field(default_factory=threading.Lock)

    def score(self, texts: Sequence[str]) -> list[Scored]:
        """One result a text."""
        with self.lock:
            encoded = self.tokenizer(
                list(texts), truncation=True, max_length=self.max_length, return_offsets_mapping=self.tokenizer.is_fast
            )
        ids = encoded["input_ids"]
        spans = encoded.get("offset_mapping") or [[(0, 0)] * len(one) for one in ids]
        device = next(self.network.parameters()).device
        batch = collate(ids, torch.zeros(len(ids), 0), padding_id(self.tokenizer))
        with torch.inference_mode():
            logits, _, hidden = self.network(batch.ids.to(device), batch.mask.to(device))
            tokens = self.network.score(hidden)
        return [
            Scored(
                logits[row].float().cpu().numpy(), tokens[row, : len(one)].float().cpu().numpy(), tuple(map(tuple, spans[row]))
            )
            for row, one in enumerate(ids)
        ]


def padding_id(tokenizer: Any) -> int:
    """The id that fills up shorter sentences; masked, so any will do where there is none."""
    return int(tokenizer.pad_token_id or 0)


def load_scorer(folder: Path, card: Card, merge: bool = True) -> TorchScorer:
    """Base and adapter (merged in memory, which is faster) or a merged model. Raises ModelError."""
    from transformers import AutoTokenizer

    with quiet():
        tokenizer = AutoTokenizer.from_pretrained(str(folder), trust_remote_code=card.trust_remote_code)
    classifier = _merged(folder, card) if card.form == "merged" else _adapted(folder, card, merge)
    if torch.cuda.is_available():
        classifier = classifier.to("cuda")
    network = IntentNetwork(classifier, HeadShape(**card.head))
    return TorchScorer(network.eval(), tokenizer, card.max_length)


def base_folder(folder: Path, card: Card) -> str:
    """Where the base of an adapter lies now: by its name, or where it lay in training. Raises ModelError for another base."""
    try:
        place = resolve(card.base)
    except BaseModelError as fault:
        trained_on = base_of_adapter(folder)
        if trained_on is None or not Path(trained_on).is_dir():
            raise ModelError(f"{folder}: the base '{card.base}' of this adapter is not at hand: {fault}") from None
        place = trained_on
    if card.base_hash and fingerprint(place) not in (card.base_hash, None):
        raise ModelError(f"{folder}: the adapter was trained on another version of the base '{card.base}' than lies in {place}")
    return place


def _adapted(folder: Path, card: Card, merge: bool) -> Any:
    from peft import PeftModel

    classifier = bare_classifier(base_folder(folder, card), card)
    with quiet():
        model = PeftModel.from_pretrained(classifier, str(folder))
        return model.merge_and_unload() if merge else model.get_base_model()


def _merged(folder: Path, card: Card) -> Any:
    from safetensors.torch import load_file

    classifier = bare_classifier(str(folder), card, config_only=True)
    classifier.load_state_dict(load_file(folder / "model.safetensors"), strict=False)
    return classifier


def bare_classifier(place: str, card: Card, config_only: bool = False) -> Any:
    """The base with a head for the card's labels; `config_only`: its architecture, the weights to be filled in."""
    from transformers import AutoConfig, AutoModelForSequenceClassification

    options: dict[str, Any] = {"trust_remote_code": card.trust_remote_code}
    with quiet():
        if config_only:
            config = AutoConfig.from_pretrained(place, **options)
            config.num_labels = len(card.labels)
            classifier = AutoModelForSequenceClassification.from_config(config, **options)
        else:
            half = torch.bfloat16 if torch.cuda.is_available() and torch.cuda.is_bf16_supported() else torch.float32
            classifier = AutoModelForSequenceClassification.from_pretrained(
                place, num_labels=len(card.labels), dtype=half, **options
            )
    plain_head(classifier, len(card.labels))
    return classifier
