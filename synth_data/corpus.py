"""`xiangyin synth`: a labelled dialect corpus from a grammar, voices and augmentation. Resumable; same seed, same corpus."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from synth_data.augmentation import AugmentSettings
from synth_data.phonology import DIALECTS
from synth_data.texts.exclude import reserved_sentences
from synth_data.texts.grammar import Kinds
from synth_data.texts.settings import TextSettings

SHARD = 250
"""Clips to a shard: what is lost at most when a run is broken off."""

MANIFEST = "manifest.jsonl"
Progress = Callable[[str], None]
"""Called with a line for a person after each shard."""


class SynthError(ValueError):
    """A configuration of `xiangyin synth` that cannot be carried out; says which key."""


@dataclass(frozen=True, slots=True)
class SynthConfig:
    """One corpus. `dialects` are shares by code; they need not add up to 1."""

    output_dir: Path
    utterances: int
    dialects: dict[str, float] = field(default_factory=lambda: {"cmn": 0.4, "yue": 0.2, "cmn-sichuan": 0.2, "cmn-wu": 0.2})
    grammar: str = "cloud_sales"
    texts: TextSettings = field(default_factory=TextSettings)
    split: Literal["train", "eval"] = "train"
    seed: int = 1
    kinds: Kinds = field(default_factory=Kinds)
    augment: AugmentSettings = field(default_factory=AugmentSettings)
    silence: float = 0.06  # share of clips in which nobody speaks
    max_duration_s: float = 11.0
    exclude: tuple[Path, ...] = ()  # files whose sentences are never generated (Rasa test stories, JSONL or lines)
    jobs: int = 0  # processes; 0: one a core

    def __post_init__(self) -> None:
        unknown = sorted(set(self.dialects) - set(DIALECTS))
        if unknown or not self.dialects:
            raise SynthError(f"dialects: {', '.join(unknown) or 'none given'}; known are {', '.join(DIALECTS)}")
        if self.utterances < 1:
            raise SynthError(f"utterances: {self.utterances}; at least 1 is needed")
        if self.split not in ("train", "eval"):
            raise SynthError(f"split: {self.split!r}; it is train or eval")


@dataclass(frozen=True, slots=True)
class CorpusReport:
    """What a run made."""

    manifest: Path
    clips: int
    hours: float


def synthesize(config: SynthConfig, progress: Progress | None = None) -> CorpusReport:
    """Make the corpus under `output_dir`: audio/NNN/NNNNNN.flac and manifest.jsonl, paths relative to it.

    A run that was broken off goes on where it stopped; a folder made by another configuration is refused (SynthError).
    """
    folder = config.output_dir
    reserved = reserved_sentences(config.exclude)
    _claim(folder, config, reserved)
    shards = range((config.utterances + SHARD - 1) // SHARD)
    missing = [shard for shard in shards if not part_file(folder, shard).is_file()]
    done = config.utterances - sum(shard_size(config, shard) for shard in missing)
    for shard in _run(config, missing, reserved):
        done += shard_size(config, shard)
        if progress is not None:
            progress(f"{done} of {config.utterances} clips")
    return _join(folder, shards)


def part_file(folder: Path, shard: int) -> Path:
    """Where the manifest lines of one finished shard lie."""
    return folder / "parts" / f"{shard:05d}.jsonl"


def shard_size(config: SynthConfig, shard: int) -> int:
    """Clips in a shard; the last one is smaller."""
    return min(SHARD, config.utterances - shard * SHARD)


def _run(config: SynthConfig, shards: list[int], reserved: frozenset[str]) -> Iterator[int]:
    from synth_data.clips import end_with_parent, make_shard

    jobs = min(config.jobs or os.cpu_count() or 1, max(len(shards), 1))
    if jobs == 1:
        for shard in shards:
            yield make_shard(config, shard, reserved)
        return
    context = multiprocessing.get_context("spawn")  # a fork would copy the pipes of a running voice
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=end_with_parent) as pool:
        for future in as_completed([pool.submit(make_shard, config, shard, reserved) for shard in shards]):
            yield future.result()


def _claim(folder: Path, config: SynthConfig, reserved: frozenset[str]) -> None:
    """Write what this folder is made of, or check that it is the same."""
    settings = {key: value for key, value in asdict(config).items() if key not in {"output_dir", "jobs", "exclude"}}
    settings["reserved"] = hashlib.sha256("\n".join(sorted(reserved)).encode()).hexdigest()
    wanted = json.dumps(settings, ensure_ascii=False, sort_keys=True, indent=1, default=str)
    mark = folder / "config.json"
    if mark.is_file() and mark.read_text("utf-8") != wanted:
        raise SynthError(f"output_dir: {folder} holds a corpus of another configuration; remove it or name another folder")
    (folder / "parts").mkdir(parents=True, exist_ok=True)
    mark.write_text(wanted, "utf-8")


def _join(folder: Path, shards: range) -> CorpusReport:
    lines = [line for shard in shards for line in part_file(folder, shard).read_text("utf-8").splitlines()]
    unfinished = folder / f"{MANIFEST}.part"
    unfinished.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    unfinished.replace(folder / MANIFEST)
    seconds = sum(float(json.loads(line)["duration_s"]) for line in lines)
    return CorpusReport(folder / MANIFEST, len(lines), seconds / 3600)
