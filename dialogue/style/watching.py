"""How a style training does at each evaluation: loss on held-out rows, sample answers, the over-fit alarm.

Importing this module imports torch.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch.nn import functional

from dialogue.style.alarm import Copies, Reading, alarm, distinct, self_repetition
from dialogue.style.generating import answers
from dialogue.style.packing import IGNORED, Batch, Segment, batch
from dialogue.style.samples import Sample
from dialogue.style.settings import StyleTraining

log = logging.getLogger(__name__)


class OverfitError(ValueError):
    """The alarm went off and the config says `overfit_alarm: stop`."""


def loss_of(network: Any, rows: Batch) -> torch.Tensor:
    """Cross-entropy of the tokens that are learnt."""
    here = rows.to(next(network.parameters()).device)
    out = network(input_ids=here.ids, attention_mask=here.mask, position_ids=here.positions, use_cache=False)
    logits, labels = out.logits[:, :-1].float(), here.labels[:, 1:]
    counted = (labels != IGNORED).sum().clamp(min=1)
    total = functional.cross_entropy(logits.flatten(0, 1), labels.flatten(), ignore_index=IGNORED, reduction="sum")
    return total / counted


@dataclass(slots=True)
class Watch:
    """Keeps what was seen from evaluation to evaluation; `losses` are training's since the last one."""

    config: StyleTraining
    model: Any
    tokenizer: Any
    end: str
    held_out: Sequence[Segment]
    asked: Sequence[Sample]
    copies: Copies
    losses: list[float] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)

    def trained(self, loss: torch.Tensor) -> torch.Tensor:
        """Note a loss of training and hand it on."""
        self.losses.append(float(loss.detach()))
        return loss

    def measure(self) -> Mapping[str, float]:
        """Figures of this moment; the alarm is logged, or raises OverfitError where the config says so."""
        loss = self.held_out_loss()
        figures = {"score": -loss, "loss": loss, "perplexity": math.exp(min(loss, 20.0))}
        if not (self.config.predict_with_generate and self.asked):
            return figures
        reading = self.read()
        if self.config.overfit_alarm != "off" and (wrong := alarm(self.readings)):
            self.alarms.append(wrong)
            log.warning("over-fitting: the loss falls to %.3f, but %s", reading.loss, wrong)
            if self.config.overfit_alarm == "stop":
                raise OverfitError(f"stopped by overfit_alarm: the loss falls to {reading.loss:.3f}, but {wrong}")
        return {**figures, "repeated": reading.repeated, "distinct": reading.distinct, "copied": reading.copied}

    def read(self) -> Reading:
        """Write the sample answers and look at them."""
        prompts = [sample.turns[:-1] for sample in self.asked]
        self.said = answers(self.model, self.tokenizer, prompts, self.end, self.config.generation_max_length)
        loss = sum(self.losses) / len(self.losses) if self.losses else math.inf
        update = 0 if not self.readings and not self.losses else len(self.readings) + 1
        found = Reading(update, loss, self_repetition(self.said), distinct(self.said), self.copies.share(self.said))
        self.readings.append(found)
        self.losses.clear()
        return found

    def shown(self) -> Mapping[str, str]:
        """The sample answers as a table in Markdown."""
        if not self.said:
            return {}
        rows = [
            f"| {_cell(one.question)} | {_cell(one.answer)} | {_cell(text)} |"
            for one, text in zip(self.asked, self.said, strict=True)
        ]
        return {"answers": "\n".join(["| asked | house | model |", "|---|---|---|", *rows])}

    def held_out_loss(self) -> float:
        """The mean over held-out rows."""
        size = self.config.eval_batch_size
        padding = int(self.tokenizer.pad_token_id or 0)
        total, rows = 0.0, 0
        with torch.no_grad():
            for begin in range(0, len(self.held_out), size):
                chosen = self.held_out[begin : begin + size]
                total += float(loss_of(self.model, batch(chosen, padding))) * len(chosen)
                rows += len(chosen)
        return total / max(1, rows)


def _cell(text: str) -> str:
    return text.replace("|", "/").replace("\n", " ")
