"""What the shards of a corpus are made on: the cores of this machine, or a Ray cluster. Either gives the same files."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from synth_data.corpus import SynthConfig

Engine = Literal["local", "ray"]
Shards = Callable[["SynthConfig", Sequence[int], frozenset[str]], Iterator[int]]
"""(configuration, numbers of the shards to make, reserved sentences) -> the numbers, as each is done."""


class EngineError(ValueError):
    """An engine that is not installed or out of reach."""


def on_this_machine(config: SynthConfig, shards: Sequence[int], reserved: frozenset[str]) -> Iterator[int]:
    """In `config.jobs` processes, or one a core."""
    from synth_data.clips import close_makers, end_with_parent, make_shard

    jobs = min(config.jobs or os.cpu_count() or 1, max(len(shards), 1))
    if jobs == 1:
        try:
            for shard in shards:
                yield make_shard(config, shard, reserved)
        finally:
            close_makers()
        return
    context = multiprocessing.get_context("spawn")  # a fork would copy the pipes of a running voice
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=end_with_parent) as pool:
        for future in as_completed([pool.submit(make_shard, config, shard, reserved) for shard in shards]):
            yield future.result()


def on_ray(config: SynthConfig, shards: Sequence[int], reserved: frozenset[str]) -> Iterator[int]:
    """As tasks of the Ray cluster that RAY_ADDRESS names, else of one started here with `config.jobs` processes.

    On a cluster, xiangyin is installed on every machine and `output_dir` is a folder that all of them see.
    """
    ray = _ray()
    started = not ray.is_initialized()
    if started:
        elsewhere = {} if os.environ.get("RAY_ADDRESS") else {"num_cpus": config.jobs or os.cpu_count() or 1}
        ray.init(include_dashboard=False, log_to_driver=False, configure_logging=False, **elsewhere)
    try:
        task = ray.remote(_shard_task)
        common = ray.put((config, reserved))
        waiting = [task.remote(common, shard) for shard in shards]
        while waiting:
            done, waiting = ray.wait(waiting)
            yield from ray.get(done)
    finally:
        if started:
            ray.shutdown()


def _shard_task(common: tuple[SynthConfig, frozenset[str]], shard: int) -> int:
    from synth_data.clips import make_shard

    config, reserved = common
    return make_shard(config, shard, reserved)


def _ray() -> Any:  # Any: Ray is an extra
    try:
        import ray
    except ImportError as fault:
        raise EngineError("Ray is not installed; run: pip install 'xiangyin[ray]'") from fault
    return ray


ENGINES: Mapping[Engine, Shards] = {"local": on_this_machine, "ray": on_ray}
