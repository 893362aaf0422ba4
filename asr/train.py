"""Train a recogniser from an AsrTraining config; importing this module imports torch."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import torch
from accelerate import PartialState

from asr.bundle import bundled_folder
from asr.card import Card, file_hash, write_card
from asr.export import export
from asr.manifest import Clip, ManifestError, toneless
from asr.training.batches import label
from asr.training.check import Check, Listening
from asr.training.corpora import Corpora, TrainingError, read_corpora
from asr.training.extend import extend
from asr.training.feeding import Source
from asr.training.loop import TRAINABLE, Material, run
from asr.training.network import SHAPES, Network, build, load
from asr.training.schedule import Progress
from asr.training.settings import AsrTraining, AugmentSound, Pronounce
from asr.training.store import extract_features
from asr.training.teacher import Teacher, frozen, teacher_of
from asr.training.tuning import Tuning, tune
from asr.training.words import Heard, copy_words, write_words

__all__ = ["Trained", "TrainingError", "train"]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Trained:
    """What a run left behind. `folder`: a CTranslate2 model with its card, and in `trainable/` the half-precision transformers
    folder that training can go on from (after LoRA also `adapter/`); `check`: error rates of these weights on held-out clips."""

    folder: Path
    steps: int
    check: Check


def train(config: AsrTraining, augment: AugmentSound | None = None, pronounce: Pronounce | None = None) -> Trained:
    """Train, export to `output_dir` and write its card. `pronounce` gives phones to recordings that come with a text only.

    Raises ManifestError, BaseModelError, TrainingError for bad input.
    """
    torch.manual_seed(config.seed)
    if config.threads is not None:
        torch.set_num_threads(config.threads)
    state = PartialState(cpu=not torch.cuda.is_available())
    corpora = read_corpora(config, pronounce)
    tuning, teacher = _network(config, corpora)
    network = tuning.network
    learning = sum(p.numel() for p in network.parameters() if p.requires_grad)
    whole = sum(p.numel() for p in network.parameters())
    log.info("%.1f M parameters, %.2f M learn; %d tokens", whole / 1e6, learning / 1e6, network.vocabulary.size)
    with state.main_process_first():  # the others find its features
        heard = Heard(corpora.spoken, pronounce)
        words = write_words(config.output_dir / "words", network.vocabulary, heard, Path(_base(config)), config)
        material = _material(config, network, corpora, augment, words)
    progress, result = run(tuning, material, config, teacher)
    if state.is_main_process:
        trainable = config.output_dir / TRAINABLE
        if words is not None:
            copy_words(words, trainable)
        export(trainable, config.output_dir)
        write_card(config.output_dir, _card(config, network, corpora.size, progress, result))
    state.wait_for_everyone()
    return Trained(config.output_dir, progress.step, result)


def _base(config: AsrTraining) -> str:
    base = config.init_from or config.base_model
    return str(bundled_folder() / TRAINABLE) if base == "bundled" else base


def _network(config: AsrTraining, corpora: Corpora) -> tuple[Tuning, Teacher | None]:
    """The network to train, and the base that it is held to where Mandarin is to be kept."""
    clips = (*corpora.training, *corpora.validation)
    phones = sorted({toneless(phone) if config.tones else phone for clip in clips for phone in clip.phones})
    characters = sorted({character for clip in clips for character in clip.text} | set(config.extra_characters))
    base = _base(config)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    if base in SHAPES:
        if config.keep_mandarin:
            raise TrainingError(f"keep_mandarin holds the network to its base, and '{base}' begins from nothing; name init_from")
        return tune(build(SHAPES[base], characters, phones, config.dropout, config.tones).to(device), config), None
    loaded = load(base, config.dropout)
    _refuse_unknown_dialects(loaded, clips)
    network = extend(loaded, characters, phones, config.tones).to(device)
    if not config.keep_mandarin:
        return tune(network, config), None
    teacher = teacher_of(frozen(loaded), network)
    return tune(network, config), teacher


def _refuse_unknown_dialects(network: Network, clips: Sequence[Clip]) -> None:
    lacking = sorted({clip.dialect for clip in clips} - set(network.vocabulary.dialects))
    if lacking:
        raise ManifestError(
            f"the base model has no token for the dialect {lacking[0]} (it knows {', '.join(network.vocabulary.dialects)}); "
            "leave its clips out (the key 'dialects'), or name another base_model"
        )


def _material(
    config: AsrTraining, network: Network, corpora: Corpora, augment: AugmentSound | None, words: Path | None
) -> Material:
    cache = config.output_dir / "features"
    source = Source(
        clips=corpora.training,
        store=extract_features(corpora.training, network.mel, cache / "training"),
        labels=label(corpora.training, network.vocabulary, network.phones),
        mel=network.mel,
        window=2 * network.positions,
        end=network.vocabulary.end,
        augment=augment,
    )
    listening = Listening(
        clips=corpora.validation,
        store=extract_features(corpora.validation, network.mel, cache / "validation"),
        labels=label(corpora.validation, network.vocabulary, network.phones),
        reading=words,
    )
    return Material(source, corpora.owners, listening)


def _card(config: AsrTraining, network: Network, clips: int, progress: Progress, result: Check) -> Card:
    manifests = [path / "manifest.jsonl" if path.is_dir() else path for path in config.manifests]
    return Card(
        architecture="WhisperForConditionalGeneration",
        base=_named(_base(config)),
        dialects=tuple(network.vocabulary.dialects),
        parameters=sum(p.numel() for name, p in network.whisper.named_parameters() if "lora_" not in name),
        vocabulary=network.vocabulary.size,
        data=(*(f"{path.parent.name}/{path.name} sha256 {file_hash(path)}" for path in manifests), f"{clips} clips in all"),
        data_licence=config.data_licence,
        config={
            **{field.name: getattr(config, field.name) for field in dataclasses.fields(config)},
            "init_from": None if config.init_from is None else _short(config.init_from),
            "base_model": _short(config.base_model),
        },
        metrics={
            "steps": progress.step,
            "minutes": round(progress.elapsed_s / 60, 1),
            "validation_phone_error_rate": round(result.per, 4),
            "validation_token_error_rate": round(result.token_error, 4),
            "validation_character_ctc_error_rate": round(result.character_error, 4),
            **({} if result.cer is None else {"validation_cer": round(result.cer, 4)}),
            **{f"validation_cer_{dialect}": round(rate, 4) for dialect, rate in result.cer_by_dialect.items()},
        },
        date=datetime.now(UTC).date().isoformat(),
    )


def _named(base: str) -> str:
    """A base as the card has it: a shape's or hub's name, or a folder or file without its place, and the hash of its weights."""
    place = Path(base)
    weights = sorted(place.glob("model*.safetensors")) if place.is_dir() else [place] if place.is_file() else []
    return " ".join([_short(base), *(f"sha256 {file_hash(file)}" for file in weights)])


def _short(base: str) -> str:
    place = Path(base)
    return f"{place.parent.name}/{place.name}" if place.exists() else base
