"""`xiangyin synth`: a labelled dialect corpus from sentences, voices and augmentation. Resumable; same seed, same corpus,
whatever the number of processes and whichever engine runs them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Literal

from dialogue.llm.client import Chatter
from synth_data.augmentation import AugmentSettings
from synth_data.cast import VOICES, available_voices, missing_recordings, prepare_banks
from synth_data.conditions import AUGMENTED, settings_of
from synth_data.engines import ENGINES, Engine
from synth_data.phonology import DIALECTS
from synth_data.shards import Storage
from synth_data.texts.exclude import reserved_sentences
from synth_data.texts.grammar import Kinds
from synth_data.texts.llm import FILE as PARAPHRASES
from synth_data.texts.llm import write_paraphrases
from synth_data.texts.settings import TextSettings
from synth_data.texts.source import source_of
from synth_data.voices.http_speakers import HttpVoices

SHARD = 250
"""Clips to a shard: what is lost at most when a run is broken off."""

MANIFEST = "manifest.jsonl"
Progress = Callable[[int], None]
"""Called with the number of clips that are done, at the start and after each shard."""


class SynthError(ValueError):
    """A configuration of `xiangyin synth` that cannot be carried out; says which key."""


@dataclass(frozen=True, slots=True)
class SynthConfig:
    """One corpus. Shares (of dialects, voices, conditions) need not add up to 1."""

    output_dir: Path
    utterances: int
    dialects: dict[str, float] = field(default_factory=lambda: {"cmn": 0.4, "yue": 0.2, "cmn-sichuan": 0.2, "cmn-wu": 0.2})
    grammar: str = "cloud_sales"
    texts: TextSettings = field(default_factory=TextSettings)
    split: Literal["train", "eval"] = "train"
    seed: int = 1
    kinds: Kinds = field(default_factory=Kinds)
    voices: dict[str, float] = field(default_factory=lambda: {"espeak": 1.0})  # of synth_data.cast; each where it can speak
    recordings: Path | None = None  # folder of bank_cmn, bank_yue, words34; those that are not there are done without
    http: HttpVoices | None = None
    accent: tuple[float, float] = (0.5, 1.3)  # weakest and strongest; 1 is as common as the sources of a dialect tell
    conditions: dict[str, float] = field(default_factory=lambda: {AUGMENTED: 1.0})  # of synth_data.conditions
    augment: AugmentSettings = field(default_factory=AugmentSettings)
    silence: float = 0.06  # share of clips in which nobody speaks
    max_duration_s: float = 11.0
    exclude: tuple[Path, ...] = ()  # files whose sentences are never generated (Rasa test stories, JSONL or lines)
    storage: Storage = "tar"
    jobs: int = 0  # processes; 0: one a core

    def __post_init__(self) -> None:
        _known("dialects", self.dialects, DIALECTS)
        _known("voices", self.voices, VOICES)
        if not self.conditions:
            raise SynthError("conditions: none given")
        for condition in self.conditions:
            settings_of(condition, self.augment)
        if self.utterances < 1:
            raise SynthError(f"utterances: {self.utterances}; at least 1 is needed")
        if self.split not in ("train", "eval"):
            raise SynthError(f"split: {self.split!r}; it is train or eval")
        if len(self.accent) != 2 or not 0 <= self.accent[0] <= self.accent[1] <= 3:
            raise SynthError(f"accent: {list(self.accent)}; it is [weakest, strongest] within 0 and 3")


@dataclass(frozen=True, slots=True)
class CorpusReport:
    """What a run made. `missing` are folders of recordings that it did without."""

    manifest: Path
    clips: int
    hours: float
    missing: tuple[Path, ...] = ()


def synthesize(config: SynthConfig, progress: Progress | None = None, engine: Engine = "local") -> CorpusReport:
    """Make the corpus under `output_dir`: shards under audio/ and manifest.jsonl, paths relative to it.

    A run that was broken off goes on where it stopped; a folder made by another configuration is refused (SynthError).
    """
    folder = config.output_dir
    reserved = reserved_sentences(config.exclude)
    _claim(folder, config, reserved)
    shards = range((config.utterances + SHARD - 1) // SHARD)
    missing = [shard for shard in shards if not part_file(folder, shard).is_file()]
    done = config.utterances - sum(shard_size(config, shard) for shard in missing)
    if progress is not None:
        progress(done)
    if missing:
        prepare_banks(config)
    for shard in ENGINES[engine](config, missing, reserved):
        done += shard_size(config, shard)
        if progress is not None:
            progress(done)
    return _join(config, shards)


def paraphrase_templates(config: SynthConfig, chatter: Chatter, progress: Callable[[str], None] | None = None) -> None:
    """Have a language model word the templates of `config.texts.llm` otherwise, into the corpus' folder. Raises LlmError."""
    asked = config.texts.llm
    if asked is None:
        return
    source = source_of(config.grammar, replace(config.texts, llm=None), reserved_sentences(config.exclude))
    templates = [one.text for one in source.grammar.templates["cmn"]]
    config.output_dir.mkdir(parents=True, exist_ok=True)
    file = config.output_dir / PARAPHRASES
    write_paraphrases(templates[: asked.templates or None], asked.wordings, chatter, file, progress)


def part_file(folder: Path, shard: int) -> Path:
    """Where the manifest lines of one finished shard lie."""
    return folder / "parts" / f"{shard:05d}.jsonl"


def shard_size(config: SynthConfig, shard: int) -> int:
    """Clips in a shard; the last one is smaller."""
    return min(SHARD, config.utterances - shard * SHARD)


def _known(key: str, shares: dict[str, float], known: tuple[str, ...]) -> None:
    unknown = sorted(set(shares) - set(known))
    if unknown or not any(share > 0 for share in shares.values()):
        raise SynthError(f"{key}: {', '.join(unknown) or 'none given'}; known are {', '.join(known)}")
    if any(share < 0 for share in shares.values()):
        raise SynthError(f"{key}: shares must not be under 0")


def _claim(folder: Path, config: SynthConfig, reserved: frozenset[str]) -> None:
    """Write what this folder is made of, or check that it is the same."""
    left_out = {"output_dir", "jobs", "exclude", "recordings", "http"}
    settings = {key: value for key, value in asdict(config).items() if key not in left_out}
    settings["reserved"] = hashlib.sha256("\n".join(sorted(reserved)).encode()).hexdigest()
    settings["voices"] = available_voices(config)
    settings["texts"]["bots"] = [bot.name for bot in config.texts.bots]
    paraphrases = folder / PARAPHRASES
    if paraphrases.is_file():
        settings["paraphrases"] = hashlib.sha256(paraphrases.read_bytes()).hexdigest()
    wanted = json.dumps(settings, ensure_ascii=False, sort_keys=True, indent=1, default=str)
    mark = folder / "config.json"
    if mark.is_file() and mark.read_text("utf-8") != wanted:
        raise SynthError(f"output_dir: {folder} holds a corpus of another configuration; remove it or name another folder")
    (folder / "parts").mkdir(parents=True, exist_ok=True)
    mark.write_text(wanted, "utf-8")


def _join(config: SynthConfig, shards: range) -> CorpusReport:
    folder = config.output_dir
    lines = [line for shard in shards for line in part_file(folder, shard).read_text("utf-8").splitlines()]
    unfinished = folder / f"{MANIFEST}.part"
    unfinished.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    unfinished.replace(folder / MANIFEST)
    seconds = sum(float(json.loads(line)["duration_s"]) for line in lines)
    return CorpusReport(folder / MANIFEST, len(lines), seconds / 3600, missing_recordings(config))
