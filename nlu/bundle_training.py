"""Training of a bundle of students (nlu.encoding) from bots' sentences: torch runs here, and never where a bot is trained."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from nlu import confusion
from nlu.compounds import Labelled, joined
from nlu.confidence import NONE
from nlu.data import TrainingData
from nlu.encoding import fold_of
from nlu.features import prepare
from nlu.learning import LearningOptions, Rows, align_compounds
from nlu.lexicon import Lexicon, standard
from nlu.pipeline import Pipeline
from nlu.student.inputs import Inputs, build
from nlu.student.rows import Row
from nlu.student.sounds import dictionaries
from nlu.text import is_mark
from nlu.train import rows_of

_RATES = (0.05, 0.1, 0.15, 0.25)
_DIALECTS = ("cmn", "cmn", "cmn", "cmn", "cmn-sichuan", "cmn-wu", "cmn-yue", "cmn-dongbei")
"""A garbled view has one of these rates of character errors, and slips as one of these speakers has them."""
_MADE_SHARE = 0.25
"""Compound sentences made from simple ones, for each sentence."""
_LEAST = {"b": 3, "d": 3, "l": 3}
"""Pairs of tokens, and groups of letters, that occur less often are left out: a bundle must stay small."""
_INT4 = "model.int4.onnx"


@dataclass(frozen=True, slots=True)
class EncoderTraining:
    """A training config with `task_type: encoder`: `folds` students, each of them without its share of the bots' sentences.

    `views` garbled copies of each sentence are made by nlu.confusion.
    """

    task_type: Literal["encoder"]
    bots: tuple[Path, ...]
    output_dir: Path
    folds: int = 4
    views: int = 1
    width: int = 80
    layers: int = 2
    dropout: float = 0.3
    feature_dropout: float = 0.2
    epochs: int = field(default=8, metadata={"aliases": ("num_train_epochs",)})
    batch_size: int = field(default=32, metadata={"aliases": ("per_device_train_batch_size",)})
    learning_rate: float = 2e-3
    smoothing: float = 0.1
    seed: int = 0

    def __post_init__(self) -> None:
        for name, low, high in (("folds", 2, 10), ("views", 0, 20), ("width", 8, 1024), ("layers", 1, 12), ("epochs", 1, 1000)):
            if not low <= getattr(self, name) <= high:
                raise ValueError(f"{name} must lie between {low} and {high}, got {getattr(self, name)}")


@dataclass(frozen=True, slots=True)
class EncoderMetrics:
    """How the students read the simple sentences of the fold that each was trained without: shares of right first guesses.

    `garbled` has 12 % of the characters wrong; `nothing` is the share of out-of-scope sentences seen as such.
    """

    sentences: int
    accuracy: float
    garbled: float
    nothing: float
    megabytes: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Source:
    """What one bot gives."""

    data: TrainingData
    pipeline: Pipeline


def train_bundle(config: EncoderTraining, sources: Sequence[Source], progress: Callable[[str], None]) -> EncoderMetrics:
    """Train one student after the other into output_dir/0, /1 ... Raises TrainingError when there is too little data."""
    began = time.perf_counter()
    lexicon = standard()
    rows = [labelled for source in sources for labelled in _labelled(source, lexicon, config.seed)]
    labels = tuple(sorted({intent for row in rows for intent in row.intents}))
    progress(f"{len(rows)} sentences, {len(labels) - 1} meanings; {config.folds} students into {config.output_dir} ...")
    hits: list[tuple[bool, bool, bool]] = []
    for fold in range(config.folds):
        kept = [row for row in rows if fold_of(row.sentence.text, config.folds) != fold]
        left = [row for row in rows if fold_of(row.sentence.text, config.folds) == fold and len(row.intents) == 1]
        hits += _train_one(config, fold, _Course(tuple(kept), tuple(left), labels, lexicon), progress)
    size = sum(path.stat().st_size for path in config.output_dir.rglob("*") if path.is_file()) / 1e6
    return _metrics(hits, len(rows), round(size, 2), round(time.perf_counter() - began, 1))


def _labelled(source: Source, lexicon: Lexicon, seed: int) -> Iterator[Labelled]:
    """The bot's sentences, compound ones with their likeliest cuts."""
    rows: Rows = rows_of(source.data, source.pipeline, lexicon, seed)
    yield from rows.singles
    yield from rows.nothing
    yield from align_compounds(rows, lexicon, LearningOptions(seed=seed))


@dataclass(frozen=True, slots=True)
class _Course:
    """What one student is trained on, and measured on."""

    kept: tuple[Labelled, ...]
    left: tuple[Labelled, ...]
    labels: tuple[str, ...]
    lexicon: Lexicon


def _train_one(
    config: EncoderTraining, fold: int, course: _Course, progress: Callable[[str], None]
) -> list[tuple[bool, bool, bool]]:
    import torch

    from nlu.student.fit import FitOptions, fit
    from nlu.student.folder import Settled, Trained, save
    from nlu.student.network import Shape, StudentNetwork

    rng = random.Random(config.seed + fold)
    sentences = [*course.kept, *_views(course, config.views, rng), *_made(course, rng)]
    inputs = build((row.sentence.text for row in sentences), dictionaries(), marks=False, least=_LEAST)
    rows = [_row(row, course.labels, inputs) for row in sentences]
    torch.manual_seed(config.seed + fold)
    shape = Shape(len(inputs.vocabulary), len(course.labels), config.width, config.layers, config.dropout, config.feature_dropout)
    network = StudentNetwork(shape)
    options = FitOptions(
        epochs=config.epochs,
        batch_size=config.batch_size,
        learning_rate=config.learning_rate,
        smoothing=config.smoothing,
        seed=config.seed + fold,
    )
    fit(network, rows, options)
    folder = config.output_dir / str(fold)
    state = {name: values.detach().numpy() for name, values in network.state_dict().items()}
    save(Trained(state, inputs, Settled(course.labels)), _card(config, fold, course), folder)
    (folder / _INT4).unlink(missing_ok=True)
    hits = _measure(folder, course, rng)
    right = sum(clean for clean, _, inside in hits if inside) / max(1, sum(inside for _, _, inside in hits))
    progress(f"student {fold + 1} of {config.folds}: {len(rows)} sentences, {right:.3f} right of {len(hits)} that it did not see")
    return hits


def _views(course: _Course, count: int, rng: random.Random) -> Iterator[Labelled]:
    """Each sentence as a recogniser may write it, part by part, so that the cuts stay known."""
    for _ in range(count):
        for row in course.kept:
            rate, dialect = rng.choice(_RATES), rng.choice(_DIALECTS)
            pieces = [confusion.garble(piece, rate, rng, dialect) or piece for piece in _pieces(row)]
            characters = [sum(map(len, pieces[:at])) for at in range(len(pieces))]
            sentence = prepare("".join(pieces), course.lexicon)
            begins = [sum(word.start < place for word in sentence.words) for place in characters]
            if begins[0] == 0 and len(set(begins)) == len(begins) and begins[-1] < len(sentence):
                yield replace(row, sentence=sentence, begins=tuple(begins))


def _pieces(row: Labelled) -> list[str]:
    """The text of each part; what stands before the first belongs to it."""
    text = row.sentence.text
    places = [0, *(row.sentence.words[at].start for at in row.begins[1:]), len(text)]
    return [text[start:end] for start, end in itertools.pairwise(places)]


def _made(course: _Course, rng: random.Random) -> list[Labelled]:
    singles = [row for row in course.kept if len(row.intents) == 1 and row.intents != (NONE,)]
    orders = [row.intents for row in course.kept if len(row.intents) > 1]
    return joined(singles, orders, round(_MADE_SHARE * len(course.kept)), course.lexicon, rng)


def _row(row: Labelled, labels: Sequence[str], inputs: Inputs) -> Row:
    targets = np.zeros((len(row.intents), len(labels)), dtype=np.float32)
    targets[range(len(row.intents)), [labels.index(intent) for intent in row.intents]] = 1.0
    return Row(inputs.read(row.sentence.text), targets, row.begins)


def _measure(folder: Path, course: _Course, rng: random.Random) -> list[tuple[bool, bool, bool]]:
    """For each sentence left out: read rightly as it is, read rightly when garbled, and whether it has an intent at all."""
    from nlu.encoding import Bundle, Member
    from nlu.student.encoder import StudentEncoder
    from nlu.student.folder import load

    student = load(folder)
    bundle = Bundle(folder.name, (Member(StudentEncoder.of(student.network), student.head),))

    def guess(text: str) -> str:
        if not text or all(is_mark(character) or character.isspace() for character in text):
            return NONE
        line = bundle.line(text)
        return course.labels[int(bundle.see(text).parts((0, len(line.words)))[0, 1].argmax())]

    return [
        (
            guess(row.sentence.text) == row.intents[0],
            guess(confusion.garble(row.sentence.text, 0.12, rng)) == row.intents[0],
            row.intents[0] != NONE,
        )
        for row in course.left
    ]


def _metrics(hits: Sequence[tuple[bool, bool, bool]], sentences: int, megabytes: float, seconds: float) -> EncoderMetrics:
    inside = [one for one in hits if one[2]]
    outside = [one for one in hits if not one[2]]
    accuracy = sum(clean for clean, _, _ in inside) / max(1, len(inside))
    garbled = sum(right for _, right, _ in inside) / max(1, len(inside))
    nothing = sum(clean for clean, _, _ in outside) / max(1, len(outside))
    return EncoderMetrics(sentences, round(accuracy, 4), round(garbled, 4), round(nothing, 4), megabytes, seconds)


def _card(config: EncoderTraining, fold: int, course: _Course) -> dict[str, Any]:
    """What model.yml says; plain values only."""
    settings = {name: value for name, value in asdict(config).items() if name not in ("bots", "output_dir", "task_type")}
    return {
        "task": "encoder",
        "runtime": "student",
        "architecture": "student network without its linear part",
        "labels": [label for label in course.labels if label],
        "data": {
            "sentences": len(course.kept),
            "from": [path.name for path in config.bots],
            "without": f"fold {fold} of {config.folds}",
            "licence": "Apache-2.0, written for this project",
        },
        "config": settings,
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
    }
