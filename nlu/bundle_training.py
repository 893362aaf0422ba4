"""Training of a bundle of networks (nlu.encoding) from bots' sentences: torch runs here, and never where a bot is trained."""

from __future__ import annotations

import copy
import itertools
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from nlu import confusion
from nlu.compounds import Labelled
from nlu.confidence import NONE
from nlu.data import TrainingData
from nlu.encoding import Bundle, fold_of
from nlu.learning import LearningOptions, align_compounds
from nlu.lexicon import Lexicon, standard
from nlu.needs.clauses import clause_rows, read_texts
from nlu.needs.material import JOINERS, Material, Piece, piece
from nlu.onnx_graph import State
from nlu.pipeline import Pipeline
from nlu.student.inputs import Inputs, build
from nlu.student.sounds import dictionaries
from nlu.train import rows_of

_RATES = (0.05, 0.1, 0.15, 0.25)
_DIALECTS = ("cmn", "cmn", "cmn", "cmn", "cmn-sichuan", "cmn-wu", "cmn-yue", "cmn-dongbei")
"""A garbled copy has one of these rates of character errors, and slips as one of these speakers has them."""
_CHECKED = 0.12
"""The rate of slips that is measured."""
_LEAST, _LEAST_FOREIGN = {"b": 3, "d": 3, "l": 3}, {"c": 2, "w": 3, "b": 6, "d": 6, "l": 6}
"""Pairs of tokens, and groups of letters, that occur less often are left out: a bundle must stay small."""


@dataclass(frozen=True, slots=True)
class EncoderTraining:
    """A training config with `task_type: encoder`: `folds` networks, each of them without its share of the bots' sentences.

    `made` compound sentences are put together for every epoch. `slips` adds copies as nlu.confusion garbles them. `texts` are
    JSONL files of plain texts with punctuation, which all networks learn clauses from first, for `text_epochs`.
    """

    task_type: Literal["encoder"]
    bots: tuple[Path, ...]
    output_dir: Path
    texts: tuple[Path, ...] = ()
    text_epochs: int = 2
    folds: int = 4
    slips: bool = True
    width: int = 64
    layers: int = 1
    dropout: float = 0.3
    feature_dropout: float = 0.2
    epochs: int = field(default=6, metadata={"aliases": ("num_train_epochs",)})
    made: int = 6000
    batch_size: int = field(default=64, metadata={"aliases": ("per_device_train_batch_size",)})
    learning_rate: float = 3e-3
    smoothing: float = 0.05
    seed: int = 0

    def __post_init__(self) -> None:
        for name, low, high in (
            ("folds", 2, 10),
            ("width", 8, 1024),
            ("layers", 1, 4),
            ("epochs", 1, 1000),
            ("text_epochs", 0, 1000),
            ("made", 0, 10**6),
            ("batch_size", 1, 4096),
        ):
            if not low <= getattr(self, name) <= high:
                raise ValueError(f"{name} must lie between {low} and {high}, got {getattr(self, name)}")


@dataclass(frozen=True, slots=True)
class EncoderMetrics:
    """How the networks read sentences of the fold that each was trained without.

    Shares of right labels: of simple sentences, of the same with 12 % of the characters wrong, of sentences out of scope.
    `cuts` is the share of compound sentences with a likely cut at every right place and nowhere else.
    """

    sentences: int
    accuracy: float
    garbled: float
    nothing: float
    cuts: float
    megabytes: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Source:
    """What one bot gives."""

    data: TrainingData
    pipeline: Pipeline


def train_bundle(config: EncoderTraining, sources: Sequence[Source], progress: Callable[[str], None]) -> EncoderMetrics:
    """Train the networks into output_dir. Raises TrainingError when there is too little data, TextsError and OSError."""
    import torch

    from nlu.needs.fit import FitOptions, batches_of, fit
    from nlu.needs.folder import save
    from nlu.needs.network import NeedsNetwork, Shape

    began = time.perf_counter()
    lexicon = standard()
    rows = [labelled for source in sources for labelled in _labelled(source, lexicon, config.seed)]
    labels = tuple(sorted({intent for row in rows for intent in row.intents}))
    texts = [text for path in config.texts for text in read_texts(path)]
    inputs = _inputs([row.sentence.text for row in rows], texts)
    progress(f"{len(rows)} sentences, {len(labels) - 1} meanings; {config.folds} networks into {config.output_dir} ...")
    shape = Shape(len(inputs.vocabulary), len(labels), config.width, config.layers, config.dropout, config.feature_dropout)
    options = FitOptions(config.batch_size, config.learning_rate, smoothing=config.smoothing, seed=config.seed)
    torch.manual_seed(config.seed)
    begun = NeedsNetwork(shape)
    clauses = [row for text in texts for row in clause_rows(text, inputs)]
    if clauses:
        fit(begun, itertools.repeat(clauses, config.text_epochs), config.text_epochs * batches_of(len(clauses), options), options)
        progress(f"{len(clauses)} rows of text, {time.perf_counter() - began:.0f} s")
    states: list[State] = []
    for fold in range(config.folds):
        kept = [row for row in rows if fold_of(row.sentence.text, config.folds) != fold]
        network = copy.deepcopy(begun)
        rng = random.Random(config.seed + fold)
        material = _material(kept, labels, inputs, rng if config.slips else None)
        steps = config.epochs * batches_of(material.size(config.made), options)
        rounds = (material.round(config.made, rng) for _ in range(config.epochs))
        fit(network, rounds, steps, replace(options, seed=config.seed + fold))
        states.append({name: values.detach().numpy() for name, values in network.state_dict().items()})
        progress(f"network {fold + 1} of {config.folds}: {len(kept)} sentences, {time.perf_counter() - began:.0f} s")
    save(states, inputs, labels, _card(config, labels, len(rows)), config.output_dir)
    size = sum(path.stat().st_size for path in config.output_dir.rglob("*") if path.is_file()) / 1e6
    return _metrics(rows, Bundle.load(config.output_dir), round(size, 2), began)


def _inputs(sentences: Sequence[str], texts: Sequence[str]) -> Inputs:
    """The vocabulary of both; what only the texts have must occur more often."""
    sounds = dictionaries()
    own = build(sentences, sounds, marks=False, least=_LEAST)
    foreign = build(texts, sounds, marks=False, least=_LEAST_FOREIGN)
    names = sorted({*own.vocabulary, *foreign.vocabulary})
    return Inputs({name: at for at, name in enumerate(names, start=1)}, sounds, marks=False)


def _labelled(source: Source, lexicon: Lexicon, seed: int) -> Iterator[Labelled]:
    """The bot's sentences; compound ones whose cuts are not marked with their likeliest."""
    rows = rows_of(source.data, source.pipeline, lexicon, seed)
    yield from rows.singles
    yield from rows.nothing
    yield from align_compounds(rows, lexicon, LearningOptions(seed=seed))


def _material(rows: Sequence[Labelled], labels: Sequence[str], inputs: Inputs, slips: random.Random | None) -> Material:
    """The rows as pieces; with `slips` each has a garbled copy."""
    cut = [_pieces(row, labels, inputs, slips) for row in rows]
    joiners = [piece(inputs, text, labels.index(NONE)) for text in JOINERS]
    return Material(
        inputs,
        tuple(labels),
        tuple(one[0] for one in cut if len(one) == 1),
        tuple(tuple(one) for one in cut if len(one) > 1),
        tuple(one for one in joiners if one is not None),
        labels.index(NONE),
    )


def _pieces(row: Labelled, labels: Sequence[str], inputs: Inputs, slips: random.Random | None) -> list[Piece]:
    found: list[Piece] = []
    for text, intent in zip(_texts(row), row.intents, strict=True):
        one = piece(inputs, text, labels.index(intent))
        if one is not None and slips is not None:
            garbled = confusion.garble(text, slips.choice(_RATES), slips, slips.choice(_DIALECTS))
            one = replace(one, slipped=piece(inputs, garbled, one.label))
        found += [] if one is None else [one]
    return found


def _texts(row: Labelled) -> list[str]:
    """The text of each part; what stands before the first belongs to it."""
    text = row.sentence.text
    places = [0, *(row.sentence.words[at].start for at in row.begins[1:]), len(text)]
    return [text[start:end] for start, end in itertools.pairwise(places)]


def _metrics(rows: Sequence[Labelled], bundle: Bundle, megabytes: float, began: float) -> EncoderMetrics:
    rng = random.Random(0)
    simple = [row for row in rows if len(row.intents) == 1]
    inside = [row for row in simple if row.intents != (NONE,)]
    heard = [(confusion.garble(row.sentence.text, _CHECKED, rng) or row.sentence.text, row) for row in inside]
    return EncoderMetrics(
        len(rows),
        _share(_label(bundle, row.sentence.text, row) == row.intents[0] for row in inside),
        _share(_label(bundle, text, row) == row.intents[0] for text, row in heard),
        _share(_label(bundle, row.sentence.text, row) == NONE for row in simple if row.intents == (NONE,)),
        _share(_cuts(bundle, row) == row.begins[1:] for row in rows if len(row.intents) > 1),
        megabytes,
        round(time.perf_counter() - began, 1),
    )


def _share(hits: Iterator[bool]) -> float:
    found = list(hits)
    return round(sum(found) / max(1, len(found)), 4)


def _label(bundle: Bundle, text: str, row: Labelled) -> str:
    """What the network that has not seen the row makes of `text`, which is the row's or a garbled copy."""
    if not len(bundle.model.ids(text)):
        return NONE
    view = bundle.alone(fold_of(row.sentence.text, bundle.size), text)
    return bundle.model.labels[int(view.logits.mean(axis=0).argmax())]


def _cuts(bundle: Bundle, row: Labelled) -> tuple[int, ...]:
    odds = bundle.honest.see(row.sentence.text).cut_odds()
    return tuple(at for at in range(1, len(odds)) if odds[at] > 0)


def _card(config: EncoderTraining, labels: Sequence[str], sentences: int) -> dict[str, Any]:
    """What model.yml says; plain values only."""
    settings = {name: value for name, value in asdict(config).items() if name not in ("bots", "texts", "output_dir", "task_type")}
    return {
        "task": "encoder",
        "runtime": "needs",
        "architecture": "recurrent networks over summed features of characters and sounds; cuts and labels by token",
        "labels": [label for label in labels if label],
        "data": {
            "sentences": sentences,
            "from": [path.name for path in config.bots],
            "texts": ["/".join(path.parts[-2:]) for path in config.texts],
            "without": f"each network without one of {config.folds} folds",
            "licence": "sentences: Apache-2.0, written for this project; texts: as their publishers say",
        },
        "config": settings,
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
    }
