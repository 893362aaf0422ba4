"""Training of a student from labelled files: `task_type: intent` with `architecture: student`."""

from __future__ import annotations

import hashlib
import json
import random
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from tqdm import tqdm

from nlu.confidence import NONE
from nlu.data import Example
from nlu.data_files import read_examples
from nlu.student import baseline, material
from nlu.student.alignment import aligned
from nlu.student.fit import FitOptions
from nlu.student.folder import Settled, Trained, save
from nlu.student.joiners import STANDARD, Joiners
from nlu.student.learning import LearnOptions, learn
from nlu.student.material import Compound, Material, Piece
from nlu.student.parser import StudentParser
from nlu.student.settling import HeldOut, settle
from nlu.student.sounds import Sounds, dictionaries
from nlu.student.wide import WideOptions

Progress = Callable[[str], None]
Taught = Mapping[str, Mapping[str, float]]
"""For each text the shares that its labels have, summing to 1."""
_MADE_HELD = 300
"""Compounds made of held-out sentences, and real ones, at most; enough to settle two figures."""


class StudentError(ValueError):
    """The data cannot be trained from; the message says why and what to add."""


@dataclass(frozen=True, slots=True)
class StudentTraining:
    """A training config with `architecture: student`.

    `networks` are trained with different seeds and their scores averaged. `joiners` are words between needs.
    `helper_data` are labelled files with other intents: what tells those apart counts as a feature of the linear part, and
    the networks learn `helper_sentences` of each file beside the own ones. `misheard_copies` of each sentence are written
    with a recogniser's slips, for data without `asr`. `rarity` is how much more rare features of the linear part count than
    frequent ones (1: by their inverse document frequency, 0: the same), `balance` in [0, 1] how far it makes rare labels count as
    much as frequent ones (default: wholly where needs are cut, else not at all). `held_out` is the share of sentences that
    thresholds are settled on, before the final training takes all, and `deep_weight`, what the networks' scores count beside
    the linear margins, where it is not given.
    """

    task_type: Literal["intent", "SEQ_CLS"]
    architecture: Literal["student"]
    train_data: tuple[Path, ...] = field(metadata={"aliases": ("train_data_dir", "metadata_path", "dataset")})
    output_dir: Path
    helper_data: tuple[Path, ...] = ()
    compound: bool = True
    marks: bool = True
    joiners: tuple[str, ...] = STANDARD
    networks: int = 1
    width: int = 128
    layers: int = 2
    dropout: float = 0.3
    feature_dropout: float = 0.3
    cost: float = 1.0
    rarity: float = 1.0
    balance: float | None = None
    deep_weight: float | None = None
    helper_weight: float = 0.3
    helper_sentences: int = 3000
    epochs: int = field(default=8, metadata={"aliases": ("num_train_epochs",)})
    batch_size: int = field(default=32, metadata={"aliases": ("per_device_train_batch_size",)})
    learning_rate: float = 2e-3
    most_compounds: int = 8000
    made_compounds: int = 2000
    misheard_copies: int = 0
    misheard_rate: float = 0.12
    held_out: float = 0.15
    seed: int = 0
    data_licence: str = "not stated"

    def __post_init__(self) -> None:
        for name, low, high in _LIMITS:
            if getattr(self, name) is not None and not low <= getattr(self, name) <= high:
                raise ValueError(f"{name} must lie between {low} and {high}, got {getattr(self, name)}")

    @property
    def learning(self) -> LearnOptions:
        """The part of it that nlu.student.learning takes."""
        return LearnOptions(
            fit=FitOptions(self.epochs, self.batch_size, self.learning_rate, seed=self.seed),
            networks=self.networks,
            width=self.width,
            layers=self.layers,
            dropout=self.dropout,
            feature_dropout=self.feature_dropout,
            wide=WideOptions(self.cost, self.rarity, self.helper_weight),
            balance=self.balance,
            helper_sentences=self.helper_sentences,
            made_compounds=self.made_compounds,
        )


_LIMITS = (
    ("networks", 1, 16),
    ("width", 8, 1024),
    ("layers", 1, 8),
    ("dropout", 0.0, 0.9),
    ("feature_dropout", 0.0, 0.9),
    ("cost", 1e-4, 1e4),
    ("rarity", 0.0, 3.0),
    ("balance", 0.0, 1.0),
    ("deep_weight", 0.0, 10.0),
    ("epochs", 1, 1000),
    ("batch_size", 1, 4096),
    ("held_out", 0.02, 0.5),
    ("misheard_copies", 0, 20),
    ("misheard_rate", 0.0, 0.5),
)


@dataclass(frozen=True, slots=True)
class StudentMetrics:
    """How the model did on held-out sentences, before the final training on all; `baseline` is the SVM's exact match there."""

    examples: int
    intents: int
    held_out: int
    accuracy: float
    compound_exact: float
    oos_recall: float
    exact_match: float
    baseline: float
    threshold: float
    deep_weight: float
    seconds: float


@dataclass(frozen=True, slots=True)
class _Job:
    """What both trainings share."""

    joiners: Joiners
    sounds: Sounds
    options: LearnOptions
    helpers: tuple[Sequence[Piece], ...]


def train(config: StudentTraining, progress: Progress | None = None) -> StudentMetrics:
    """Train into the folder that the config names. Raises DataError and StudentError."""
    examples = [example for path in config.train_data for example in read_examples(path)]
    return train_on(examples, config, progress)


def train_on(
    examples: Sequence[Example], config: StudentTraining, progress: Progress | None = None, taught: Taught | None = None
) -> StudentMetrics:
    """The same from examples that were read already; `taught` are shares of labels by text. Raises StudentError."""
    say = progress or (lambda _: None)
    began = time.perf_counter()
    sounds = dictionaries()
    joiners = Joiners(config.joiners, config.marks)
    data = _material(material.with_shares(material.singles(examples), taught or {}), examples, config, joiners, sounds)
    if len(data.labels) < 2:
        raise StudentError(f"understanding needs sentences of two intents or more, got {sorted(data.labels)}; add examples")
    helpers = tuple(material.singles(read_examples(path)) for path in config.helper_data)
    job = _Job(joiners, sounds, config.learning, helpers)
    say(f"{len(examples)} sentences, {len(data.labels)} intents; {len(data.compounds)} compound ones could be cut")
    settled, held, baseline_share = _settled(data, job, config, say)
    share = held.exact_match
    say(f"exact match of {share.count} held-out sentences: student {share.value:.4f}, n-gram SVM {baseline_share:.4f}")
    trained = _learnt(_with_slips(data, config), job, "final training")
    trained = replace(trained, settled=replace(settled, labels=trained.settled.labels))
    result = StudentMetrics(
        examples=len(examples),
        intents=len(set(data.labels) - {NONE}),
        held_out=held.exact_match.count,
        accuracy=round(held.accuracy.value, 4),
        compound_exact=round(held.compound_exact.value, 4),
        oos_recall=round(held.oos_recall.value, 4),
        exact_match=round(held.exact_match.value, 4),
        baseline=round(baseline_share, 4),
        threshold=settled.threshold,
        deep_weight=settled.deep,
        seconds=round(time.perf_counter() - began, 1),
    )
    save(trained, _card(config, examples, result), config.output_dir)
    return result


def _material(
    pieces: Sequence[Piece], examples: Sequence[Example], config: StudentTraining, joiners: Joiners, sounds: Sounds
) -> Material:
    """Single sentences, and the pieces of compound ones as further single ones."""
    several = [example for example in examples if len(example.intents) > 1]
    if not config.compound or not several:
        return Material(tuple(pieces))
    some = random.Random(config.seed).sample(several, min(len(several), config.most_compounds))
    compounds = aligned(some, pieces, joiners, sounds)
    return Material(tuple(material.unique([*pieces, *(piece for one in compounds for piece in one.pieces)])), tuple(compounds))


def _with_slips(data: Material, config: StudentTraining) -> Material:
    slips = material.misheard(data.singles, config.misheard_copies, config.misheard_rate, config.seed)
    return replace(data, singles=(*data.singles, *slips))


def _settled(data: Material, job: _Job, config: StudentTraining, say: Progress) -> tuple[Settled, HeldOut, float]:
    """The settings, found with a model that a share of the sentences was kept from; its figures, and the SVM's."""
    left, held = data.without(config.held_out, config.seed)
    count = min(_MADE_HELD, 4 * len(held.singles))
    more = material.made(held.singles, [one.labels for one in data.compounds], job.joiners, count, config.seed)
    compounds = [*held.compounds[:_MADE_HELD], *more] if data.compounds else []
    trained = _learnt(_with_slips(left, config), job, "training without the held-out sentences")
    with tempfile.TemporaryDirectory() as folder:
        save(trained, {}, Path(folder))
        settled, figures = settle(StudentParser.load(Path(folder)), held, compounds, config.deep_weight)
    say("training the n-gram SVM on the same sentences ...")
    share = baseline.exact_match(_labelled(left, left.compounds), _labelled(held, compounds), config.seed)
    return settled, figures, share.value


def _learnt(data: Material, job: _Job, what: str) -> Trained:
    run = learn(data, job.joiners, job.sounds, job.options, job.helpers)
    with tqdm(total=job.options.fit.epochs * job.options.networks, desc=what, unit="epoch", disable=None) as bar:

        def tick() -> None:
            bar.update()

        return run(tick)


def _labelled(data: Material, compounds: Sequence[Compound]) -> list[baseline.Labelled]:
    simple = [(piece.text, frozenset({piece.label} - {NONE})) for piece in data.singles]
    return [*simple, *((one.text, frozenset(one.labels)) for one in compounds)]


def _card(config: StudentTraining, examples: Sequence[Example], result: StudentMetrics) -> dict[str, Any]:
    """What model.yml says; plain values only."""
    settings = {name: value for name, value in asdict(config).items() if name not in ("train_data", "helper_data", "output_dir")}
    names = {key: [path.name for path in getattr(config, key)] for key in ("train_data", "helper_data")}
    plain = json.loads(json.dumps({"config": {**settings, **names}, "metrics": asdict(result)}))
    return {
        "task": "intent",
        "runtime": "student",
        "architecture": "linear SVM over phrases and a convolutional network over characters and sounds, in one ONNX graph",
        "base": None,
        "labels": sorted({intent for example in examples for intent in example.intents}),
        "thresholds": {"need": result.threshold},
        "data": {"sha256": hashlib.sha256(repr(examples).encode()).hexdigest(), "sentences": len(examples)},
        "data_licence": str(config.data_licence),  # what comes from a config carries its place with it
        **plain,
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
    }
