"""The training loop: passes over the clips, after each a check and a checkpoint; in one process, or in several by accelerate."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch
from accelerate import Accelerator
from accelerate.utils import DistributedDataParallelKwargs, broadcast, broadcast_object_list
from tqdm import tqdm

from asr.training.batches import plan
from asr.training.board import Board
from asr.training.check import Check, Listening
from asr.training.checkpoint import CHECKPOINT, restore, save
from asr.training.feeding import Feed, Source, batches_of, share_of_process
from asr.training.mixing import pass_of
from asr.training.objective import LOSSES, Losses, Objective, decodes
from asr.training.schedule import Progress, learning_rate, share_done
from asr.training.settings import AsrTraining
from asr.training.teacher import Teacher
from asr.training.tuning import ADAPTER, Tuning

log = logging.getLogger(__name__)
TRAINABLE = "trainable"


@dataclass(frozen=True, slots=True)
class Material:
    """What is heard: the training clips with the corpus of each (`owners`), and clips that are only listened to."""

    source: Source
    owners: Sequence[int]
    listening: Listening


def accelerator_of(config: AsrTraining) -> Accelerator:
    """One process, or those that `accelerate launch` started; the GPU where there is one."""
    return Accelerator(
        cpu=not torch.cuda.is_available(),
        gradient_accumulation_steps=config.gradient_accumulation_steps,
        kwargs_handlers=[
            DistributedDataParallelKwargs(find_unused_parameters=True)
        ],  # the decoder, while only the encoder learns
    )


def run(tuning: Tuning, material: Material, config: AsrTraining, teacher: Teacher | None = None) -> tuple[Progress, Check]:
    """Train until the run is over; returns how far it came and the check of its best weights, which lie in `trainable/`."""
    accelerator = accelerator_of(config)
    network = tuning.network
    objective, optimizer = accelerator.prepare(Objective(network, config, teacher), _optimizer(network, config))
    checkpoint = config.output_dir / CHECKPOINT
    progress, best = restore(network, optimizer, checkpoint) if config.resume_from_checkpoint else (Progress(), Check())
    board = Board(config, silent=not accelerator.is_main_process)
    if progress.step == 0:
        board.sounds(material.source.clips, material.source.augment)
    passes = Passes(accelerator, objective, optimizer, material, config, board)
    while share_done(config, progress, passes.steps_a_pass) < 1 and not _given_up(config, progress):
        progress = passes.over(progress)
        found = passes.check(progress)
        progress, better = judged(progress, found, settled=passes.settled(progress))
        best = found if better else best
        if accelerator.is_main_process:
            _report(progress, found, optimizer)
            board.check(progress.step, found)
            if better:
                tuning.save(config.output_dir / TRAINABLE, config.output_dir / ADAPTER)
            save(network, optimizer, progress, best, checkpoint)
        accelerator.wait_for_everyone()
    board.close()
    return progress, best


def _optimizer(network: torch.nn.Module, config: AsrTraining) -> torch.optim.Optimizer:
    learning = [p for p in network.parameters() if p.requires_grad]
    return torch.optim.AdamW(learning, lr=config.learning_rate, weight_decay=config.weight_decay, betas=(0.9, 0.98), fused=True)


def _given_up(config: AsrTraining, progress: Progress) -> bool:
    return config.patience is not None and progress.waited >= config.patience


def judged(progress: Progress, found: Check, settled: bool) -> tuple[Progress, bool]:
    """The progress with this check counted, and whether its weights are the best so far. Until all that is to learn does so
    (`settled`), the latest weights are."""
    if not settled:
        return progress, True
    if found.error < progress.best:
        return replace(progress, best=found.error, waited=0), True
    return replace(progress, waited=progress.waited + 1), False


def _report(progress: Progress, found: Check, optimizer: Any) -> None:
    log.info(
        "pass %d, step %d, %.0f s: error of phones %.3f, tokens %.3f, characters %.3f; CER %s; rate %.1e",
        progress.epoch,
        progress.step,
        progress.elapsed_s,
        found.per,
        found.token_error,
        found.character_error,
        "-" if found.cer is None else " ".join([f"{found.cer:.4f}", *_by_dialect(found)]),
        optimizer.param_groups[0]["lr"],
    )


def _by_dialect(found: Check) -> list[str]:
    return [f"{dialect} {rate:.3f}" for dialect, rate in found.cer_by_dialect.items()]


class Passes:
    """Passes over the clips, each with its own choice and order of them."""

    def __init__(
        self, accelerator: Accelerator, objective: Any, optimizer: Any, material: Material, config: AsrTraining, board: Board
    ) -> None:
        self._accelerator = accelerator
        self._objective = objective  # Any: accelerate wraps module and optimizer
        self._optimizer = optimizer
        self._material = material
        self._config = config
        self._board = board
        source = material.source
        self._lengths = [source.store.length(index) for index in range(len(source.clips))]
        self.steps_a_pass = len(self._batches(0, short=False))

    @property
    def _network(self) -> Any:
        return self._accelerator.unwrap_model(self._objective).network

    def over(self, before: Progress) -> Progress:
        """One pass, or what the run has left of it; the progress after it."""
        config, seen = self._config, list[torch.Tensor]()
        torch.manual_seed(config.seed * 10_007 + before.epoch * 101 + self._accelerator.process_index)
        feed = Feed(self._material.source, config, self._batches(before.epoch, before.epoch < config.short_passes), before.epoch)
        bar = tqdm(total=len(feed), desc=f"pass {before.epoch + 1}", unit="batch", mininterval=5, disable=self._silent)
        began, progress = time.monotonic(), before
        for batch in batches_of(feed, config.workers):
            done = share_done(config, progress, self.steps_a_pass)
            if done >= 1:
                break
            for group in self._optimizer.param_groups:
                group["lr"] = learning_rate(config, done)
            with self._accelerator.accumulate(self._objective):
                loss, parts = self._objective(batch, done, progress.step)
                self._accelerator.backward(loss)
                if self._accelerator.sync_gradients:
                    self._accelerator.clip_grad_norm_(self._objective.parameters(), 1.0)
                self._optimizer.step()
                self._optimizer.zero_grad()
            seen.append(parts)
            elapsed_s = self._agreed(before.elapsed_s + time.monotonic() - began)
            progress = replace(progress, step=progress.step + 1, elapsed_s=elapsed_s)
            bar.update()
            if progress.step % config.logging_steps == 0:
                self._tell(progress, seen[-config.logging_steps :])
        bar.close()
        return replace(progress, epoch=progress.epoch + 1)

    def check(self, progress: Progress) -> Check:
        """Error rates as the network stands: the first process listens, and tells the others."""
        done = share_done(self._config, progress, self.steps_a_pass)
        found: list[Any] = [None]
        if self._accelerator.is_main_process:
            found = [self._material.listening.check(self._network, decodes(self._config, done))]
        if self._accelerator.num_processes > 1:
            broadcast_object_list(found)
        checked: Check = found[0]
        return checked

    def settled(self, progress: Progress) -> bool:
        """Whether all that is to learn does so."""
        done = share_done(self._config, progress, self.steps_a_pass)
        return self._config.ctc_share == 1 or decodes(self._config, done)

    @property
    def _silent(self) -> bool | None:
        return None if self._accelerator.is_main_process else True

    def _agreed(self, elapsed_s: float) -> float:
        """The first process's clock, by which all end at the same step."""
        if self._accelerator.num_processes == 1 or self._config.max_minutes is None:
            return elapsed_s
        agreed = broadcast(torch.tensor(elapsed_s, dtype=torch.float64, device=self._accelerator.device))
        return float(agreed)

    def _batches(self, epoch: int, short: bool) -> list[list[int]]:
        config, source = self._config, self._material.source
        chosen = pass_of(self._material.owners, config.shares, config.clips_a_pass, config.seed, epoch)
        frames = round(config.batch_seconds / source.mel.frame_s)
        batches = plan(chosen, self._lengths, frames, random.Random(f"{config.seed}-{epoch}"))
        if short:
            batches = short_only(batches, self._lengths, round(config.short_first_s / source.mel.frame_s))
        ours = share_of_process(batches, self._accelerator.process_index, self._accelerator.num_processes)
        return ours[: config.save_steps]

    def _tell(self, progress: Progress, recent: Sequence[torch.Tensor]) -> None:
        if not self._accelerator.is_main_process:
            return
        losses = mean(recent)
        told = {name: getattr(losses, name) for name in LOSSES}
        log.info("step %d, %.0f s: %s", progress.step, progress.elapsed_s, ", ".join(f"{k} {v:.3f}" for k, v in told.items()))
        self._board.losses(progress.step, told, self._optimizer.param_groups[0]["lr"])


def short_only(batches: list[list[int]], lengths: Sequence[int], longest: int) -> list[list[int]]:
    """The batches whose clips are all at most `longest` frames; all of them when none is."""
    return [batch for batch in batches if max(lengths[index] for index in batch) <= longest] or batches


def mean(parts: Sequence[torch.Tensor]) -> Losses:
    """Each loss over the steps that had it."""
    columns = torch.stack(list(parts)).T.tolist()
    kept = [[value for value in column if value > 0] for column in columns]
    return Losses(*(sum(values) / len(values) if values else 0.0 for values in kept))
