"""Train a recogniser from an AsrTraining config; importing this module imports torch."""

from __future__ import annotations

import dataclasses
import logging
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import torch

from asr import lexicon
from asr.bundle import bundled_folder
from asr.card import Card, file_hash, write_card
from asr.dialects import DEFAULT_DIALECT
from asr.export import export
from asr.language_model import LANGUAGE_MODEL_FILE, Trigrams, count
from asr.manifest import Clip, held_out, read_manifest, without_tones
from asr.normalize import fold
from asr.training.batches import label
from asr.training.check import Check
from asr.training.extend import extend
from asr.training.loop import TRAINABLE, Material, run
from asr.training.network import SHAPES, Network, build, load
from asr.training.schedule import Progress
from asr.training.settings import AsrTraining, AugmentSound
from asr.training.store import augmented_features, extract_features

log = logging.getLogger(__name__)


class TrainingError(ValueError):
    """A corpus that cannot be trained on."""


@dataclass(frozen=True, slots=True)
class Trained:
    """What a run left behind. `folder`: a CTranslate2 model with its card, and in `trainable/` the half-precision transformers
    folder that training can go on from; `check`: error rates on held-out clips."""

    folder: Path
    steps: int
    check: Check


def train(config: AsrTraining, augment: AugmentSound | None = None) -> Trained:
    """Train, export to `output_dir` and write its card. Raises ManifestError, BaseModelError, TrainingError for bad input."""
    torch.manual_seed(config.seed)
    if config.threads is not None:
        torch.set_num_threads(config.threads)
    read = [clip for manifest in config.manifests for clip in read_manifest(manifest)]
    clips = [clip for clip in read if not config.dialects or clip.dialect in config.dialects]
    short = [clip for clip in clips if clip.duration_s <= config.longest_s]
    kept = short if config.phone_tones else [without_tones(clip) for clip in short]
    if not any(clip.text for clip in kept):
        raise TrainingError(f"no clip with text is {config.longest_s:g} s or shorter; nothing to train on")
    log.info("%d clips, %d left out as longer than %g s", len(kept), len(clips) - len(kept), config.longest_s)
    training, validation = held_out(kept, config.validation_clips)
    network = _network(config, kept).to("cuda" if torch.cuda.is_available() else "cpu")
    log.info("%.1f M parameters, %d tokens", sum(p.numel() for p in network.parameters()) / 1e6, network.vocabulary.size)
    progress, result = run(network, _material(config, network, (training, validation), augment), config)
    _write_words(config.output_dir / TRAINABLE, network, short, config)
    export(config.output_dir / TRAINABLE, config.output_dir)
    write_card(config.output_dir, _card(config, network, len(kept), progress, result))
    return Trained(config.output_dir, progress.step, result)


def _write_words(folder: Path, network: Network, clips: Sequence[Clip], config: AsrTraining) -> None:
    """Pronunciations and language model of the corpus, added to those of the model that training went on from."""
    base = Path(_base(config))
    tokens: dict[str, int] = network.vocabulary.tokenizer.get_vocab()
    ids = network.vocabulary.dialects
    texts = ((ids[clip.dialect], network.vocabulary.encode(clip.text)) for clip in clips if clip.text)
    if network.vocabulary.dialect_in_prompt:
        return
    if config.keep_words:
        _copy_words(base, folder)
        return
    lexicon.write(lexicon.learn(clips) + lexicon.read(base), folder)
    start = ids[DEFAULT_DIALECT]
    lines = [line for path in config.language_texts for line in path.read_text(encoding="utf-8").splitlines()]
    written = ((start, network.vocabulary.encode(fold(line))) for line in lines if set(fold(line)) <= tokens.keys())
    model = count(texts, network.vocabulary.end).plus(count(written, network.vocabulary.end))
    model.plus(Trigrams.read(base, tokens)).write(folder, tokens)


def _copy_words(base: Path, folder: Path) -> None:
    for name in (lexicon.LEXICON_FILE, LANGUAGE_MODEL_FILE):
        if not (base / name).exists():
            raise TrainingError(f"keep_words: the base {base} has no {name}; leave keep_words out, or name another init_from")
        shutil.copyfile(base / name, folder / name)


def _base(config: AsrTraining) -> str:
    base = config.init_from or config.base_model
    return str(bundled_folder() / TRAINABLE) if base == "bundled" else base


def _card(config: AsrTraining, network: Network, clips: int, progress: Progress, result: Check) -> Card:
    manifests = [path / "manifest.jsonl" if path.is_dir() else path for path in config.manifests]
    return Card(
        architecture="WhisperForConditionalGeneration",
        base=config.init_from or config.base_model,
        dialects=tuple(network.vocabulary.dialects),
        parameters=sum(p.numel() for p in network.whisper.parameters()),
        vocabulary=network.vocabulary.size,
        data=(*(f"{path.parent.name}/{path.name} sha256 {file_hash(path)}" for path in manifests), f"{clips} clips in all"),
        data_licence=config.data_licence,
        config={field.name: getattr(config, field.name) for field in dataclasses.fields(config)},
        metrics={
            "steps": progress.step,
            "minutes": round(progress.elapsed_s / 60, 1),
            "validation_phone_error_rate": round(result.per, 4),
            "validation_token_error_rate": round(result.cer, 4),
            "validation_character_ctc_error_rate": round(result.ctc_cer, 4),
        },
        date=datetime.now(UTC).date().isoformat(),
    )


def _network(config: AsrTraining, clips: Sequence[Clip]) -> Network:
    phones = sorted({phone for clip in clips for phone in clip.phones})
    base = _base(config)
    characters = sorted({character for clip in clips for character in clip.text} | set(config.extra_characters))
    if base in SHAPES:
        return build(SHAPES[base], characters, phones, config.dropout)
    return extend(load(base, config.dropout), characters, phones)


def _material(
    config: AsrTraining, network: Network, clips: tuple[list[Clip], list[Clip]], augment: AugmentSound | None
) -> Material:
    training, validation = clips
    cache = config.output_dir / "features"
    stores = [extract_features(training, network.mel, cache / "training")]
    if augment is not None:
        for copy in range(config.augmented_copies):
            stores.append(augmented_features(training, network.mel, augment, config.seed + copy))
    return Material(
        stores=tuple(stores),
        labels=label(training, network.vocabulary, network.phones),
        validation=extract_features(validation, network.mel, cache / "validation"),
        validation_labels=label(validation, network.vocabulary, network.phones),
    )
