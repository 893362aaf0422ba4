"""Train a LoRA intent classifier from an IntentLora config; importing this module imports torch."""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from nlu.data_files import read_examples
from nlu.finetune import loop
from nlu.finetune.adapters import HEADS, attach, load_adapter_into, save_adapter, trained_share
from nlu.finetune.base import fingerprint, resolve
from nlu.finetune.card import changed
from nlu.finetune.datasets import data_files
from nlu.finetune.loading import load_classifier, load_tokenizer
from nlu.finetune.precision import Mode, choose, machine
from nlu.finetune.settings import WARNED_RANK, idle_keys
from nlu.finetune.sharding import whole
from nlu.finetune.stages import staged
from nlu.lora.encoded import Encoded, encoded, looked_at, with_kept
from nlu.lora.export import merge
from nlu.lora.folder import CARD, Card, read_card, write_card
from nlu.lora.losses import IntentLoss, disagreement
from nlu.lora.measured import Measured, measured, quick_score
from nlu.lora.network import (
    Batch,
    HeadShape,
    IntentNetwork,
    freeze_bias,
    head_name,
    natural_pooling,
    plain_head,
    prototypes,
    saved_head,
    set_head,
)
from nlu.lora.rows import Row, balanced_weights, batches, labels_of, over_sampled, rows_of, split
from nlu.lora.scoring import padding_id
from nlu.lora.settings import IntentLora
from nlu.lora.settling import Decision, Rejection, settle
from nlu.report.pictures import draw_confusion, pictures_possible

log = logging.getLogger(__name__)
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Trained:
    """What a run left behind: the model folder, and figures on rows held out of the training data."""

    folder: Path
    figures: Mapping[str, Any]  # Any: counts, shares and names, ready for --json


@dataclass(frozen=True, slots=True)
class _Data:
    """Rows of a training and what they stand for; `digest` is a hash over all of them."""

    labels: tuple[str, ...]
    training: tuple[Row, ...]
    held_out: tuple[Row, ...]
    digest: str


@dataclass(frozen=True, slots=True)
class _Model:
    peft: Any
    network: IntentNetwork
    tokenizer: Any
    base: str


def train(config: IntentLora, say: Say | None = None) -> Trained:
    """Train into `output_dir`, stage after stage where there are several.

    Raises DataError, DatasetError, RowsError, BaseModelError and CheckpointError, each for a fault of the user's.
    """
    say = say or log.info
    idle = idle_keys(config)
    if idle:
        log.warning("without effect on an intent classifier: %s (they are for trainings of style)", ", ".join(idle))
    if config.lora_rank > WARNED_RANK:
        log.warning("lora_rank %d: over %d an adapter tends to learn its rows by heart", config.lora_rank, WARNED_RANK)
    if not config.stages:
        return _train(config, say)
    adapter: Path | None = None
    for at, stage in enumerate(config.stages, start=1):
        last = at == len(config.stages)
        folder = config.output_dir if last else config.output_dir / "stages" / stage.name
        say(f"stage {at} of {len(config.stages)}: {stage.name}")
        trained = _train(staged(config, stage, folder, adapter), say)
        adapter = trained.folder
    return trained


def _train(config: IntentLora, say: Say) -> Trained:
    began = time.monotonic()
    if config.threads is not None:
        torch.set_num_threads(config.threads)
    torch.manual_seed(config.seed)
    data = _data(config)
    say(f"{len(data.training)} sentences to train on, {len(data.held_out)} held out, {len(data.labels)} intents")
    precision = choose(config.fp16, config.bf16, machine())
    accelerator = loop.accelerator(config, precision)
    model = _model(config, len(data.labels), precision)
    say(trained_share(model.peft).line)
    model.network.to(accelerator.device)
    with accelerator.autocast():
        rows, held_out = (_encoded(model, part, data, config) for part in (data.training, data.held_out))
    _prepare_head(model, config, data, rows)
    progress = loop.run(_job(model, config, data, (rows, held_out)), config, accelerator)
    decision, result = _settled(model, config, data, held_out)
    figures = {"updates": progress.update, "seconds": round(time.monotonic() - began, 1), **(result.figures if result else {})}
    with whole(model.network.parameters()):
        if accelerator.is_main_process:
            _save(model, data, decision, config, figures)
    if accelerator.is_main_process and result is not None and pictures_possible():
        draw_confusion(result.confusion, config.output_dir / "confusion.png")
    accelerator.wait_for_everyone()
    return Trained(config.output_dir, figures)


def _encoded(model: _Model, rows: tuple[Row, ...], data: _Data, config: IntentLora) -> Encoded:
    plain = encoded(model.tokenizer, rows, len(data.labels), config.max_length)
    return with_kept(plain, model.network, config.eval_batch_size)


def _data(config: IntentLora) -> _Data:
    examples = [example for file in data_files(config) for example in read_examples(file.path, file.columns)]
    if config.max_samples is not None:
        examples = examples[: config.max_samples]
    labels = labels_of(examples)
    training, held_out = split(rows_of(examples, labels), config.val_size, config.seed)
    digest = hashlib.sha256(repr((labels, training, held_out)).encode()).hexdigest()
    return _Data(labels, over_sampled(training, config.seed) if config.over_sampling else training, held_out, digest)


def _model(config: IntentLora, labels: int, precision: Mode) -> _Model:
    folder = resolve(config.base_model)
    tokenizer = load_tokenizer(folder, config)
    classifier = load_classifier(folder, config, labels, precision)
    classifier.config.pad_token_id = padding_id(tokenizer)
    plain_head(classifier, labels)
    peft = attach(classifier, config, "SEQ_CLS", (head_name(classifier),), config.lora_layers)
    if config.head == "cosine":
        freeze_bias(peft.get_base_model())
    if config.adapter is not None:
        load_adapter_into(peft, config.adapter, HEADS)
    pooling = natural_pooling(str(classifier.config.model_type)) if config.pooling == "auto" else config.pooling
    network = IntentNetwork(peft.get_base_model(), HeadShape(pooling, config.head, config.scale), config.lora_layers)
    return _Model(peft, network, tokenizer, folder)


def _prepare_head(model: _Model, config: IntentLora, data: _Data, rows: Encoded) -> None:
    """Labels begin as the mean of their sentences where wished, and as the earlier adapter had them where it knew them."""
    if config.prototypes:
        _, pooled = looked_at(model.network, rows, config.eval_batch_size)
        set_head(model.network, prototypes(torch.from_numpy(pooled), rows.targets))
    if config.adapter is not None and (config.adapter / CARD).is_file():
        known = read_card(config.adapter).labels
        before = saved_head(config.adapter)
        set_head(
            model.network, [(data.labels.index(label), before[at]) for at, label in enumerate(known) if label in data.labels]
        )


def _job(model: _Model, config: IntentLora, data: _Data, parts: tuple[Encoded, Encoded]) -> loop.Job[Batch]:
    rows, held_out = parts
    weights = torch.tensor(balanced_weights(data.training, len(data.labels))) if config.class_weights == "balanced" else None
    loss_of = IntentLoss(config, weights)

    def deal(epoch: int) -> list[Batch]:
        return [rows.batch(chosen) for chosen in batches(rows.lengths, config.batch_size, epoch, config.seed)]

    def loss(network: torch.nn.Module, batch: Batch) -> torch.Tensor:
        here = batch.to(next(network.parameters()).device)
        logits, pooled, _ = network(here.ids, here.mask, here.kept)
        wrong = loss_of(logits, pooled, here.targets)
        if not config.r_drop:
            return wrong
        again, pooled, _ = network(here.ids, here.mask, here.kept)
        return (wrong + loss_of(again, pooled, here.targets)) / 2 + config.r_drop * disagreement(logits, again)

    def measure() -> Mapping[str, float]:
        logits, _ = looked_at(model.network, held_out, config.eval_batch_size)
        return quick_score(logits, held_out.targets.numpy().astype(bool), config.multi_label)

    rates = {} if config.head_learning_rate is None else {head_name(model.network.classifier): config.head_learning_rate}
    return loop.Job(model.network, deal, loss, measure if held_out.lengths else None, rates)


def _settled(model: _Model, config: IntentLora, data: _Data, held_out: Encoded) -> tuple[Decision, Measured | None]:
    """The decision of the finished network, and how it does on the held-out rows that settled it."""
    way: Rejection = "energy" if config.rejection == "auto" else config.rejection
    start = Decision(config.multi_label, way, 0.5 if config.multi_label else -1e9)
    if not held_out.lengths:
        return start, None
    logits, _ = looked_at(model.network, held_out, config.eval_batch_size)
    targets = held_out.targets.numpy().astype(bool)
    decision = settle(logits, targets, start, config.rejection_cost, config.rejection == "auto")
    return decision, measured(logits, targets, decision, data.labels)


def _save(model: _Model, data: _Data, decision: Decision, config: IntentLora, figures: Mapping[str, Any]) -> None:
    folder = config.output_dir
    save_adapter(folder, CARD, model.peft, model.tokenizer)
    card = Card(
        labels=data.labels,
        decision=decision,
        base=config.base_model,
        base_hash=fingerprint(model.base),
        max_length=config.max_length,
        head=asdict(model.network.shape),
        trust_remote_code=config.trust_remote_code,
    )
    (folder / "metrics.json").write_text(json.dumps(figures, ensure_ascii=False, indent=1), encoding="utf-8")
    about = {
        "data": {
            "sha256": data.digest,
            "sentences": len(data.training),
            "held_out": len(data.held_out),
            "licence": config.data_licence,
        },
        "config": changed(config),
        "metrics": dict(figures),
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
    }
    write_card(folder, card, about)
    if config.export_dir is not None:
        merge(folder, config.export_dir)
