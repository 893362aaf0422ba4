"""Make a language model from nothing by a Pretraining config; importing this module imports torch."""

from __future__ import annotations

import hashlib
import logging
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional

from dialogue.style.card import write_base_card
from dialogue.style.pretraining import tokenizer as characters
from dialogue.style.pretraining.exchanges import Exchange, draw
from dialogue.style.pretraining.settings import Pretraining
from dialogue.style.samples import Sample, read_samples
from dialogue.style.templates import encode
from nlu.finetune import loop
from nlu.finetune.adapters import quiet
from nlu.finetune.base import fingerprint
from nlu.finetune.precision import choose, machine

log = logging.getLogger(__name__)
_READ_FOR_TOKENS = 3000
"""Exchanges that the tokenizer sees beside the common characters."""
_BATCHES = 200
"""Batches of an epoch; the next epoch is of other exchanges."""


@dataclass(frozen=True, slots=True)
class Pretrained:
    """The folder of the model, and its figures."""

    folder: Path
    figures: Mapping[str, Any]  # Any: counts and shares, ready for --json


@dataclass(frozen=True, slots=True)
class Batch:
    """`ids` (rows, tokens), padded behind; `weights` (rows, tokens): what each token counts as something to be said."""

    ids: torch.Tensor
    weights: torch.Tensor

    def to(self, device: torch.device) -> Batch:
        """On another device."""
        return Batch(self.ids.to(device), self.weights.to(device))


def pretrain(config: Pretraining, say: Callable[[str], None] | None = None) -> Pretrained:
    """Train into `output_dir`, going on from the newest checkpoint there. Raises SampleError and CheckpointError."""
    say = say or log.info
    began = time.monotonic()
    if config.threads is not None:
        torch.set_num_threads(config.threads)
    torch.manual_seed(config.seed)
    texts = tuple(sample for path in config.texts for sample in read_samples(path))
    tokenizer = _tokenizer(config, texts)
    settings = config.fine_tuning()
    accelerator = loop.accelerator(settings, choose(False, config.bf16, machine()))
    network = _network(config, tokenizer).to(accelerator.device)
    size = sum(one.numel() for one in network.parameters())
    say(f"a LLaMA of {size:,} parameters, {len(tokenizer)} tokens, into {config.output_dir}")
    rows = Rows(config, tokenizer, texts)
    job = loop.Job(network, rows.batches, loss_of, lambda: _measured(network, rows, config))
    progress = loop.run(job, settings, accelerator)
    figures = {"updates": progress.update, "seconds": round(time.monotonic() - began, 1), **_measured(network, rows, config)}
    if accelerator.is_main_process:
        _save(network, tokenizer, config, figures)
    return Pretrained(config.output_dir, figures)


@dataclass(frozen=True, slots=True)
class Rows:
    """What is read: exchanges drawn anew for each epoch, and rows of the texts."""

    config: Pretraining
    tokenizer: Any
    texts: Sequence[Sample]

    def batches(self, epoch: int) -> list[Batch]:
        """Those of an epoch, the same for the same number; each of rows of like length."""
        rng = random.Random(f"{self.config.seed}/{epoch}")
        found: list[Batch] = []
        while len(found) < _BATCHES:
            rows = sorted((self.row(rng) for _ in range(1000)), key=lambda row: len(row[0]))
            pool = list(_cut(rows, self.config.batch_tokens))
            rng.shuffle(pool)
            found += pool
        return found[:_BATCHES]

    def row(self, rng: random.Random) -> tuple[list[int], list[float]]:
        """Tokens and their weights of one exchange or text."""
        text = self.texts and rng.random() < self.config.text_share
        return self.encoded(rng.choice(self.texts) if text else draw(rng).sample)

    def encoded(self, sample: Sample) -> tuple[list[int], list[float]]:
        """Of one sample, cut to the context."""
        encoded = encode(self.tokenizer, sample, characters.END)
        weights = [1.0 if learnt else self.config.prompt_weight for learnt in encoded.learnt]
        return list(encoded.ids[: self.config.context]), weights[: self.config.context]


def _cut(rows: Sequence[tuple[list[int], list[float]]], tokens: int) -> Sequence[Batch]:
    """Batches of so many tokens, padding counted, from rows by rising length."""
    batches: list[Batch] = []
    begin = 0
    for end in range(1, len(rows) + 1):
        if end == len(rows) or (end + 1 - begin) * len(rows[end][0]) > tokens:
            batches.append(padded(rows[begin:end]))
            begin = end
    return batches


def padded(rows: Sequence[tuple[list[int], list[float]]]) -> Batch:
    """Rows of different lengths as one batch; padding has the weight 0."""
    longest = max(len(ids) for ids, _ in rows)
    ids = torch.zeros(len(rows), longest, dtype=torch.long)
    weights = torch.zeros(len(rows), longest)
    for at, (row, counted) in enumerate(rows):
        ids[at, : len(row)] = torch.tensor(row)
        weights[at, : len(row)] = torch.tensor(counted)
    return Batch(ids, weights)


def loss_of(network: torch.nn.Module, batch: Batch) -> torch.Tensor:
    """Weighted cross-entropy of the next token. Padding stands behind, so that causal attention needs no mask."""
    here = batch.to(next(network.parameters()).device)
    logits = network(input_ids=here.ids[:, :-1], use_cache=False).logits
    losses = functional.cross_entropy(logits.float().flatten(0, 1), here.ids[:, 1:].flatten(), reduction="none")
    weights = here.weights[:, 1:].flatten()
    return (losses * weights).sum() / weights.sum().clamp(min=1e-6)


def _measured(network: Any, rows: Rows, config: Pretraining) -> Mapping[str, float]:
    """On exchanges kept aside: loss of the answers, and how many would be said letter by letter right where a fact stands."""
    rng = random.Random(f"{config.seed}/held out")
    exchanges = [draw(rng) for _ in range(config.held_out)]
    was_training = network.training
    network.eval()
    losses, carried, asked = 0.0, 0, 0
    with torch.no_grad():
        for exchange in exchanges:
            loss, right = _one(network, rows, exchange)
            losses += loss
            if exchange.carried:
                asked, carried = asked + 1, carried + right
    network.train(was_training)
    loss = losses / max(1, len(exchanges))
    return {"score": carried / max(1, asked) - loss, "loss": loss, "carried": carried / max(1, asked)}


def _one(network: Any, rows: Rows, exchange: Exchange) -> tuple[float, bool]:
    """The loss of an answer, and whether every token of its facts would have been the likeliest."""
    ids, weights = rows.encoded(exchange.sample)
    tokens = torch.tensor([ids], device=next(network.parameters()).device)
    logits = network(input_ids=tokens[:, :-1], use_cache=False).logits[0].float()
    learnt = torch.tensor(weights[1:]) == 1.0
    target = tokens[0, 1:].cpu()
    logits = logits.cpu()
    loss = float(functional.cross_entropy(logits[learnt], target[learnt]))
    right = logits.argmax(-1) == target
    answer = exchange.sample.answer
    start = len(ids) - len(rows.tokenizer(answer + characters.END, add_special_tokens=False)["input_ids"])
    for piece in exchange.carried:
        before = len(rows.tokenizer(answer[: answer.index(piece)], add_special_tokens=False)["input_ids"])
        length = len(rows.tokenizer(piece, add_special_tokens=False)["input_ids"])
        begin = start + before - 1
        if not bool(right[begin : begin + length].all()):
            return loss, False
    return loss, True


def _tokenizer(config: Pretraining, texts: Sequence[Sample]) -> Any:
    """That of an unfinished training in `output_dir`, or a new one."""
    from transformers import AutoTokenizer

    if config.resume_from_checkpoint and (config.output_dir / "tokenizer.json").is_file():
        with quiet():
            return AutoTokenizer.from_pretrained(str(config.output_dir))
    if config.init_from is not None:
        with quiet():
            tokenizer = AutoTokenizer.from_pretrained(str(config.init_from))
        characters.save(tokenizer, config.output_dir)
        return tokenizer
    rng = random.Random(config.seed)
    drawn = [draw(rng).sample for _ in range(_READ_FOR_TOKENS)]
    tokenizer = characters.build((turn.text for sample in (*drawn, *texts) for turn in sample.turns), config.vocabulary)
    characters.save(tokenizer, config.output_dir)
    return tokenizer


def _network(config: Pretraining, tokenizer: Any) -> Any:
    from transformers import LlamaConfig, LlamaForCausalLM

    if config.init_from is not None:
        with quiet():
            return LlamaForCausalLM.from_pretrained(str(config.init_from), dtype=torch.float32)
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(tokenizer),
            hidden_size=config.width,
            intermediate_size=config.inner,
            num_hidden_layers=config.layers,
            num_attention_heads=config.heads,
            num_key_value_heads=config.heads,
            max_position_embeddings=config.context,
            tie_word_embeddings=True,
            bos_token_id=None,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
        )
    )


def _save(network: Any, tokenizer: Any, config: Pretraining, figures: Mapping[str, Any]) -> None:
    with quiet():
        network.save_pretrained(str(config.output_dir))
    characters.save(tokenizer, config.output_dir)
    data = hashlib.sha256()
    for path in config.texts:
        data.update(path.read_bytes())
    about = {
        "made_of": "exchanges of dialogue/style/pretraining",
        "texts": [path.name for path in config.texts],
        "sha256": data.hexdigest(),
        "licence": config.data_licence,
    }
    write_base_card(config.output_dir, about, figures, fingerprint(str(config.output_dir)))
