"""The training loop: batches in, updates out; several processes, half precision and ZeRO come from accelerate.

Importing this module imports torch.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import torch

from nlu.finetune import checkpoints, optimizers
from nlu.finetune.averaging import RunningMean
from nlu.finetune.checkpoints import Standing
from nlu.finetune.precision import Mode
from nlu.finetune.schedule import Progress, Schedule, schedule
from nlu.finetune.settings import FineTuning
from nlu.finetune.sharding import whole
from nlu.finetune.tracking import Tracker

log = logging.getLogger(__name__)
Batch = TypeVar("Batch")


@dataclass(frozen=True, slots=True)
class Job(Generic[Batch]):
    """What is trained.

    `batches` gives those of an epoch, the same for the same number and equally many in each; `loss` that of one batch through
    the network that it is handed; `measure` the figures on held-out rows, of which 'score' decides (higher is better), or None
    without such rows; `shown` is asked after it for texts by title, for people. `rates`: parameters whose name holds the key
    learn at that rate instead of the config's.
    """

    network: torch.nn.Module
    batches: Callable[[int], Sequence[Batch]]
    loss: Callable[[torch.nn.Module, Batch], torch.Tensor]
    measure: Callable[[], Mapping[str, float]] | None = None
    rates: Mapping[str, float] | None = None
    shown: Callable[[], Mapping[str, str]] | None = None


@dataclass(slots=True)
class _Run(Generic[Batch]):
    """A training under way: what changes from update to update."""

    job: Job[Batch]
    config: FineTuning
    accelerator: Any  # accelerate has no types
    network: torch.nn.Module
    optimizer: Any
    plan: Schedule
    tracker: Tracker
    progress: Progress
    best: Mapping[str, torch.Tensor] | None = None
    mean: RunningMean | None = None


def run(job: Job[Batch], config: FineTuning, processes: Any) -> Progress:
    """Train in place; the network ends with the weights that did best on held-out rows, or the last ones without any.

    With `ema` these are running means. `processes` is what `accelerator` gave.
    """
    optimizer = optimizers.build(_groups(job, config), config)
    resumed = checkpoints.wanted(config)
    standing = checkpoints.read(resumed, job.network, optimizer) if resumed else Standing(Progress(), {}, None)
    network, optimizer = processes.prepare(job.network, optimizer)
    batches = len(job.batches(0))
    per_epoch = math.ceil(math.ceil(batches / processes.num_processes) / config.gradient_accumulation_steps)
    plan = schedule(config, per_epoch)
    tracker = Tracker(config, plan.total, standing.progress.update, not processes.is_main_process)
    mean = RunningMean.of(_trained(job.network), config.ema, standing.mean) if config.ema else None
    state = _Run(job, config, processes, network, optimizer, plan, tracker, standing.progress, standing.best, mean)
    precision = "fp32" if processes.mixed_precision == "no" else processes.mixed_precision
    log.info("%d updates, %d an epoch, on %s in %s", plan.total, per_epoch, processes.device, precision)
    while state.progress.update < plan.total and not state.progress.gives_up(config.early_stopping_patience):
        _epoch(state, state.progress.update // per_epoch, state.progress.update % per_epoch)
    tracker.close()
    final = state.best or (mean.means if mean else None)
    if final is not None:
        with whole(job.network.parameters()):
            _restore(job.network, final)
    return state.progress


def accelerator(config: FineTuning, precision: Mode) -> Any:
    """accelerate's view of devices and processes: it sees whether a launcher started several; `deepspeed` shards by ZeRO."""
    from accelerate import Accelerator
    from accelerate.state import AcceleratorState
    from accelerate.utils import DeepSpeedPlugin

    AcceleratorState._reset_state()  # kept for the whole process otherwise: a second training could not have another precision
    options: dict[str, Any] = {"mixed_precision": precision, "cpu": not torch.cuda.is_available()}
    if config.deepspeed is not None:
        plugin = DeepSpeedPlugin(hf_ds_config=str(config.deepspeed))
        plugin.deepspeed_config["train_micro_batch_size_per_gpu"] = config.batch_size
        plugin.deepspeed_config["gradient_accumulation_steps"] = config.gradient_accumulation_steps
        options["deepspeed_plugin"] = plugin
    return Accelerator(**options)


def _groups(job: Job[Batch], config: FineTuning) -> list[dict[str, Any]]:
    rates = job.rates or {}
    groups: dict[float, list[torch.nn.Parameter]] = {}
    for name, parameter in job.network.named_parameters():
        if parameter.requires_grad:
            rate = next((value for part, value in rates.items() if part in name), config.learning_rate)
            groups.setdefault(rate, []).append(parameter)
    return [{"params": parameters, "lr": rate, "full_rate": rate} for rate, parameters in groups.items()]


def _epoch(state: _Run[Batch], epoch: int, done: int) -> None:
    """The updates of one epoch that are left when `done` of them were made before."""
    size = state.config.gradient_accumulation_steps
    batches = _shard(state.job.batches(epoch), state.accelerator)
    state.network.train()
    for begin in range(done * size, len(batches), size):
        loss = _update(state, batches[begin : begin + size])
        state.progress = replace(state.progress, update=state.progress.update + 1)
        at = state.progress.update
        rate = state.plan.rate(at - 1) * state.config.learning_rate
        figures = {"train/loss": loss, "train/learning_rate": rate}
        state.tracker.update(at, figures, at % state.config.logging_steps == 0 or at == state.plan.total)
        ends = begin + size >= len(batches)
        _look_after(state, ends)
        if at >= state.plan.total or state.progress.gives_up(state.config.early_stopping_patience):
            return


def _shard(batches: Sequence[Batch], accelerator: Any) -> Sequence[Batch]:
    """This process's batches; each process gets equally many, since they wait for each other."""
    count = math.ceil(len(batches) / accelerator.num_processes)
    padded = [*batches, *batches][: count * accelerator.num_processes]
    return padded[accelerator.process_index :: accelerator.num_processes]


def _update(state: _Run[Batch], batches: Sequence[Batch]) -> float:
    """One update from some batches; returns their mean loss."""
    for group in state.optimizer.param_groups:
        group["lr"] = group["full_rate"] * state.plan.rate(state.progress.update)
    total = 0.0
    for position, batch in enumerate(batches):
        last = position == len(batches) - 1
        with _waiting(state, last), state.accelerator.autocast():
            loss = state.job.loss(state.network, batch) / len(batches)
        state.accelerator.backward(loss)
        total += float(loss.detach())
    if state.config.max_grad_norm > 0:
        trained = [parameter for parameter in state.network.parameters() if parameter.requires_grad]
        state.accelerator.clip_grad_norm_(trained, state.config.max_grad_norm)
    state.optimizer.step()
    state.optimizer.zero_grad()
    if state.mean is not None:
        state.mean.update(state.progress.update)
    return total


def _waiting(state: _Run[Batch], last: bool) -> Any:
    """Processes share gradients only at the last batch of an update."""
    return nullcontext() if last else state.accelerator.no_sync(state.network)


def _look_after(state: _Run[Batch], epoch_ends: bool) -> None:
    """Measure and save where it is time to."""
    at, config = state.progress.update, state.config
    finished = at >= state.plan.total
    by_steps = config.evaluates == "steps" and at % (config.eval_steps or config.save_steps or 100) == 0
    if (
        state.job.measure is not None
        and config.evaluates != "no"
        and (by_steps or finished or _at_epoch(config.evaluates, epoch_ends))
    ):
        _measure(state)
    every = config.checkpoint_every
    due = epoch_ends if every == "epoch" else every > 0 and at % every == 0
    if due and not finished and config.deepspeed is None:  # whose optimiser no single process holds
        _save(state)


def _at_epoch(strategy: str, epoch_ends: bool) -> bool:
    return strategy == "epoch" and epoch_ends


def _measure(state: _Run[Batch]) -> None:
    if state.job.measure is None:
        return
    state.network.eval()
    with state.mean.in_place() if state.mean else nullcontext():
        with torch.no_grad(), state.accelerator.autocast():
            figures = state.job.measure()
        state.progress = state.progress.measured(figures["score"])
        if state.progress.missed == 0:
            with whole(state.job.network.parameters()):
                state.best = {name: one.detach().cpu().clone() for name, one in _trained(state.job.network)}
    state.network.train()
    state.tracker.write(state.progress.update, {f"eval/{name}": value for name, value in figures.items()})
    if state.job.shown is not None:
        state.tracker.show(state.progress.update, state.job.shown())
    log.info("update %d: %s", state.progress.update, ", ".join(f"{name} {value:.4f}" for name, value in figures.items()))


def _save(state: _Run[Batch]) -> None:
    if state.accelerator.is_main_process:
        mean = state.mean.means if state.mean else None
        standing = Standing(state.progress, dict(_trained(state.job.network)), state.best, mean)
        checkpoints.write(state.config.output_dir, standing, state.optimizer)
        checkpoints.keep_newest(state.config.output_dir, state.config.save_total_limit)
    state.accelerator.wait_for_everyone()


def _trained(network: torch.nn.Module) -> list[tuple[str, torch.nn.Parameter]]:
    return [(name, one) for name, one in network.named_parameters() if one.requires_grad]


def _restore(network: torch.nn.Module, weights: Mapping[str, torch.Tensor]) -> None:
    for name, parameter in _trained(network):
        parameter.data.copy_(weights[name])
