"""Train a style adapter from a StyleTraining config; importing this module imports torch."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from dialogue.style.alarm import Copies
from dialogue.style.card import CARD, write_adapter_card
from dialogue.style.data import StyleData, encoded, read_data
from dialogue.style.export import merge, refuse_shared_head
from dialogue.style.packing import Batch, batch, batches, rows_of
from dialogue.style.settings import StyleTraining
from dialogue.style.templates import apply_template
from dialogue.style.watching import Watch, loss_of
from nlu.finetune import loop
from nlu.finetune.adapters import attach, load_adapter_into, save_adapter, trained_share
from nlu.finetune.base import fingerprint, resolve
from nlu.finetune.card import changed
from nlu.finetune.loading import load_causal, load_tokenizer
from nlu.finetune.precision import Mode, choose, machine
from nlu.finetune.settings import WARNED_RANK
from nlu.finetune.sharding import whole
from nlu.finetune.stages import staged

log = logging.getLogger(__name__)
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Trained:
    """What a run left behind: the adapter's folder and its figures."""

    folder: Path
    figures: Mapping[str, Any]  # Any: counts and shares, ready for --json


@dataclass(frozen=True, slots=True)
class _Model:
    peft: Any
    tokenizer: Any
    end: str
    base: str


def train(config: StyleTraining, say: Say | None = None) -> Trained:
    """Train into `output_dir`, stage after stage where there are several.

    Raises SampleError, DatasetError, StyleDataError, TemplateError, BaseModelError, CheckpointError and OverfitError, each for
    something that the user can mend.
    """
    say = say or log.info
    if config.lora_rank > WARNED_RANK:
        log.warning("lora_rank %d: over %d an adapter tends to learn its samples by heart", config.lora_rank, WARNED_RANK)
    if not config.stages:
        return _train(config, say)
    adapter: Path | None = None
    for at, stage in enumerate(config.stages, start=1):
        folder = config.output_dir if at == len(config.stages) else config.output_dir / "stages" / stage.name
        say(f"stage {at} of {len(config.stages)}: {stage.name}")
        trained = _train(staged(config, stage, folder, adapter), say)
        adapter = trained.folder
    return trained


def _train(config: StyleTraining, say: Say) -> Trained:
    began = time.monotonic()
    if config.threads is not None:
        torch.set_num_threads(config.threads)
    torch.manual_seed(config.seed)
    base = resolve(config.base_model)
    if config.export_dir is not None:
        refuse_shared_head(config.target_modules, base, "export_dir")
    tokenizer = load_tokenizer(base, config)
    end = apply_template(tokenizer, config.template)
    data = read_data(config, tokenizer, end, say)
    say(f"{len(data.training)} to train on, {len(data.held_out)} held out")
    precision = choose(config.fp16, config.bf16, machine())
    accelerator = loop.accelerator(config, precision)
    model = _model(config, base, tokenizer, end, precision)
    say(trained_share(model.peft).line)
    model.peft.to(accelerator.device)
    watch = _watch(model, data, config)
    with accelerator.autocast():
        if watch.asked and config.predict_with_generate:
            watch.read()  # the base, before any update: what the alarm compares with
    progress = loop.run(_job(model, data, config, watch), config, accelerator)
    figures = {"updates": progress.update, "seconds": round(time.monotonic() - began, 1), **_final(watch), **data.report.counts}
    with whole(model.peft.parameters()):
        if accelerator.is_main_process:
            _save(model, data, config, figures)
    accelerator.wait_for_everyone()
    return Trained(config.output_dir, figures)


def _model(config: StyleTraining, base: str, tokenizer: Any, end: str, precision: Mode) -> _Model:
    peft = attach(load_causal(base, config, precision), config, "CAUSAL_LM")
    if config.adapter is not None:
        load_adapter_into(peft, config.adapter, ())
    return _Model(peft, tokenizer, end, base)


def _watch(model: _Model, data: StyleData, config: StyleTraining) -> Watch:
    rows = rows_of(encoded(config, model.tokenizer, model.end, data.held_out), config.longest, packed=False)
    asked = [sample for sample in data.held_out or data.training if sample.question][: config.samples_shown]
    copies = Copies(sample.answer for sample in data.training)
    return Watch(config, model.peft, model.tokenizer, model.end, rows, asked, copies)


def _job(model: _Model, data: StyleData, config: StyleTraining, watch: Watch) -> loop.Job[Batch]:
    rows = rows_of(encoded(config, model.tokenizer, model.end, data.training), config.longest, config.packing)
    padding = int(model.tokenizer.pad_token_id or 0)

    def deal(epoch: int) -> list[Batch]:
        return [batch(chosen, padding) for chosen in batches(rows, config.batch_size, epoch, config.seed)]

    def loss(network: torch.nn.Module, one: Batch) -> torch.Tensor:
        return watch.trained(loss_of(network, one))

    return loop.Job(model.peft, deal, loss, watch.measure if watch.held_out else None, shown=watch.shown)


def _final(watch: Watch) -> dict[str, Any]:
    """Figures of the weights that are kept."""
    if not watch.held_out:
        return {"alarms": watch.alarms}
    watch.model.eval()
    loss = watch.held_out_loss()
    last = watch.readings[-1] if watch.readings else None
    shares = {"repeated": last.repeated, "distinct": last.distinct, "copied": last.copied} if last else {}
    return {"loss": loss, "perplexity": float(torch.tensor(loss).exp()), **shares, "alarms": watch.alarms}


def _save(model: _Model, data: StyleData, config: StyleTraining, figures: Mapping[str, Any]) -> None:
    folder = config.output_dir
    save_adapter(folder, CARD, model.peft, model.tokenizer)
    (folder / "metrics.json").write_text(json.dumps(figures, ensure_ascii=False, indent=1), encoding="utf-8")
    more = {
        "end": model.end,
        "max_length": config.longest,
        "data": {
            "sha256": data.digest,
            "samples": len(data.training),
            "held_out": len(data.held_out),
            "licence": config.data_licence,
        },
        "config": changed(config),
        "metrics": {name: value for name, value in figures.items() if isinstance(value, (int, float))},
    }
    write_adapter_card(folder, {"name": config.base_model, "sha256": fingerprint(model.base)}, config.template or "own", more)
    if config.export_dir is not None:
        merge(folder, config.export_dir)
