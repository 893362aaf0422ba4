"""The training loop: passes over the clips, checkpoints after each, one log line a pass."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import nn
from torch.nn import functional
from tqdm import tqdm

from asr.training.batches import IGNORED, Batch, Labels, collate, noisy, plan
from asr.training.check import Check, check
from asr.training.guided_attention import GuidedAttention
from asr.training.losses import character_loss, phone_loss
from asr.training.mel_augment import augment_mel
from asr.training.network import Network
from asr.training.schedule import Progress, augment_strength, guide_weight, learning_rate, share_done
from asr.training.settings import AsrTraining
from asr.training.store import FeatureStore

log = logging.getLogger(__name__)
CHECKPOINT = "checkpoint.pt"
TRAINABLE = "trainable"
_NOTHING = torch.zeros(())


@dataclass(frozen=True, slots=True)
class Material:
    """Features and labels: `stores` are copies of the same clips (plain, augmented ...), one of which each pass takes."""

    stores: tuple[FeatureStore, ...]
    labels: Labels
    validation: FeatureStore
    validation_labels: Labels


@dataclass(frozen=True, slots=True)
class Losses:
    """Means over one pass: CTC per phone and per character, cross-entropy per token and attention off the diagonal (these three
    are 0 while only the encoder is trained)."""

    ctc: float
    characters: float
    decoder: float
    guide: float


def run(network: Network, material: Material, config: AsrTraining) -> tuple[Progress, Check]:
    """Train until the run is over; the network is changed in place."""
    optimizer = torch.optim.AdamW(
        [p for p in network.parameters() if p.requires_grad],
        lr=config.learning_rate,
        weight_decay=config.weight_decay,
        betas=(0.9, 0.98),
        fused=True,
    )
    checkpoint = config.output_dir / CHECKPOINT
    progress = restore(network, optimizer, checkpoint) if config.resume_from_checkpoint else Progress()
    frames_a_batch = round(config.batch_seconds / network.mel.frame_s)
    store = material.stores[0]
    lengths = [store.length(i) for i in range(len(material.labels.inputs))]
    steps_a_pass = len(plan(lengths, frames_a_batch, random.Random(config.seed)))
    result = Check(1.0, 1.0, 1.0)
    guide = GuidedAttention(network)
    while share_done(config, progress, steps_a_pass) < 1:
        batches = plan(lengths, frames_a_batch, random.Random(f"{config.seed}-{progress.epoch}"))
        if progress.epoch < config.short_passes:
            batches = short_only(batches, lengths, round(config.short_first_s / network.mel.frame_s))
        batches = batches[: config.save_steps]
        store = material.stores[progress.epoch % len(material.stores)]
        trainer = Pass(network, optimizer, config, steps_a_pass, guide)
        progress, losses = trainer.over(store, material.labels, batches, progress)
        deciding = share_done(config, progress, steps_a_pass) > config.ctc_share
        result = check(network, material.validation, material.validation_labels, deciding)
        _report(progress, losses, result, optimizer)
        save(network, optimizer, progress, checkpoint)
        network.save(config.output_dir / TRAINABLE)
    return progress, result


def short_only(batches: list[list[int]], lengths: Sequence[int], longest: int) -> list[list[int]]:
    """The batches whose clips are all at most `longest` frames; all of them when none is."""
    return [batch for batch in batches if max(lengths[index] for index in batch) <= longest] or batches


def _report(progress: Progress, losses: Losses, result: Check, optimizer: torch.optim.Optimizer) -> None:
    log.info(
        "pass %d, step %d, %.0f s: ctc %.3f, decoder %.3f, validation phones %.3f, characters %.3f (CTC %.3f), rate %.1e",
        progress.epoch,
        progress.step,
        progress.elapsed_s,
        losses.ctc,
        losses.decoder,
        result.per,
        result.cer,
        result.ctc_cer,
        optimizer.param_groups[0]["lr"],
    )


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass over the clips."""

    network: Network
    optimizer: torch.optim.Optimizer
    config: AsrTraining
    steps_a_pass: int
    guide: GuidedAttention

    def over(
        self, store: FeatureStore, labels: Labels, batches: Sequence[list[int]], progress: Progress
    ) -> tuple[Progress, Losses]:
        """Train on all batches, or until the run is over; the progress after it, and the mean losses."""
        seen: list[Losses] = []
        began, before = time.monotonic(), progress
        for indices in tqdm(batches, desc=f"pass {progress.epoch + 1}", unit="batch", mininterval=5):
            done = share_done(self.config, progress, self.steps_a_pass)
            if done >= 1:
                break
            batch = collate(indices, store, labels, self.network.vocabulary.end)
            for group in self.optimizer.param_groups:
                group["lr"] = learning_rate(self.config, done)
            seen.append(self._step(batch, done, progress.step))
            progress = Progress(progress.step + 1, progress.epoch, before.elapsed_s + time.monotonic() - began)
            if progress.step % self.config.logging_steps == 0:
                recent = _mean(seen[-self.config.logging_steps :])
                log.info(
                    "step %d, %.0f s: ctc %.3f, characters %.3f, decoder %.3f, guide %.3f",
                    progress.step,
                    progress.elapsed_s,
                    recent.ctc,
                    recent.characters,
                    recent.decoder,
                    recent.guide,
                )
        ended = Progress(progress.step, progress.epoch + 1, progress.elapsed_s)
        return ended, _mean(seen)

    def _step(self, batch: Batch, done: float, step: int) -> Losses:
        config, network = self.config, self.network
        generator = torch.Generator().manual_seed(config.seed * 1_000_003 + step)
        mel = augment_mel(batch.mel, augment_strength(config, done), generator).to(network.device)
        batch = batch.to(network.device)
        decoding = done >= config.ctc_share
        listening = not decoding or step % config.encoder_every == 0
        with torch.autocast(network.device.type, torch.bfloat16, enabled=config.bf16):
            with torch.set_grad_enabled(listening):
                encoded = network.encode(mel)
                phones = network.phone_logits(encoded)
                ctc = phone_loss(phones, batch)
                characters = self._characters(encoded, batch) if decoding else _NOTHING
            batch = replace(batch, inputs=noisy(batch, config.input_noise, network.vocabulary.end, generator))
            decoder, guide = self._decode(encoded, phones, batch) if decoding else (_NOTHING, _NOTHING)
        loss = ctc
        if decoding:
            loss = decoder + config.ctc_weight * ctc + config.character_ctc_weight * characters
            loss = loss + guide_weight(config, done) * guide
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        self.optimizer.step()
        return Losses(*(float(loss.detach()) for loss in (ctc, characters, decoder, guide)))

    def _characters(self, encoded: torch.Tensor, batch: Batch) -> torch.Tensor:
        logits = self.network.character_logits(encoded)
        return _NOTHING if logits is None else character_loss(logits, batch, self.network.vocabulary.end)

    def _decode(self, encoded: torch.Tensor, phones: torch.Tensor, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        logits = self.network.token_logits(encoded, batch.inputs).float().flatten(0, 1)
        decoder = functional.cross_entropy(
            logits, batch.targets.flatten(), ignore_index=IGNORED, label_smoothing=self.config.label_smoothing
        )
        return decoder, self.guide.loss(phones, batch.targets)


def save(network: Network, optimizer: torch.optim.Optimizer, progress: Progress, file: Path) -> None:
    """Write a checkpoint so that a crash in mid-write leaves the old one whole."""
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_suffix(".partial")
    state = {"network": network.state_dict(), "optimizer": optimizer.state_dict(), "progress": _numbers(progress)}
    torch.save(state, partial)
    partial.replace(file)


def restore(network: Network, optimizer: torch.optim.Optimizer, file: Path) -> Progress:
    """Read a checkpoint into network and optimizer; a run without one begins anew."""
    if not file.exists():
        log.warning("%s: no checkpoint to resume from; the run begins anew", file)
        return Progress()
    state = torch.load(file, map_location=network.device, weights_only=True)
    network.load_state_dict(state["network"])
    optimizer.load_state_dict(state["optimizer"])
    step, epoch, elapsed_s = state["progress"]
    return Progress(int(step), int(epoch), float(elapsed_s))


def _numbers(progress: Progress) -> list[float]:
    return [progress.step, progress.epoch, progress.elapsed_s]


def _mean(losses: Sequence[Losses]) -> Losses:
    """Each loss over the steps that had it."""
    return Losses(*(_over_zero([getattr(one, name) for one in losses]) for name in ("ctc", "characters", "decoder", "guide")))


def _over_zero(values: Sequence[float]) -> float:
    kept = [value for value in values if value > 0]
    return sum(kept) / len(kept) if kept else 0.0
