"""Training of understanding: from a bot's data, or from labelled files without a bot."""

from __future__ import annotations

import hashlib
import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from nlu import background, metrics
from nlu.compounds import Labelled
from nlu.confidence import NONE, calibration_error
from nlu.data import Example, TrainingData
from nlu.data_files import read_examples
from nlu.entities.extractor import EntityExtractor, learn_tables
from nlu.features import Sentence, prepare
from nlu.learning import LearningOptions, Rows, learn
from nlu.lexicon import Lexicon, standard
from nlu.model_folder import FORMAT, TrainedModel, save
from nlu.pipeline import Pipeline
from nlu.settling import Judged, settle

_LEAST_BACKGROUND, _BACKGROUND_SHARE = 380, 0.1
"""So many background sentences are taken, or so many for each sentence of the bot's: a small bot would drown in all of them."""
_BABBLE = 60
"""Rows of characters in no order, beside the background sentences."""
_LARGE = 6000
"""From so many sentences on, two folds settle what four do for fewer; of labelled files, features seen once are left out too:
the model would grow without gain."""


def _version() -> str:
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*")):
        if path.suffix in (".py", ".txt", ".tsv", ".onnx"):
            digest.update(path.read_bytes())
    return f"{FORMAT}.{digest.hexdigest()[:8]}"


FORMAT_VERSION = _version()
"""A cached model is trained anew when this package has changed, its word lists included: the same data would give another one."""


class TrainingError(ValueError):
    """The data cannot be trained from; the message says why and what to add."""


@dataclass(frozen=True, slots=True)
class IntentTraining:
    """A training config with `task_type: intent` (the SVM over characters, sounds and word groups; no GPU, seconds).

    `marks` lets punctuation count: right for typed text, wrong for a recogniser's. `background` teaches what is out of scope
    where the data hold nothing that is. `pipeline` finds entities, as in a bot's config.yml.
    """

    task_type: Literal["intent", "SEQ_CLS"]
    train_data: tuple[Path, ...] = field(metadata={"aliases": ("train_data_dir", "metadata_path", "dataset")})
    output_dir: Path
    compound: bool = True
    marks: bool = True
    background: bool = False
    max_needs: int = 5
    cost: float = 2.0
    folds: int = 4
    seed: int = 0
    pipeline: Pipeline = field(default_factory=Pipeline)

    def __post_init__(self) -> None:
        for name, low, high in (("max_needs", 1, 20), ("folds", 2, 20), ("cost", 1e-4, 1e4)):
            if not low <= getattr(self, name) <= high:
                raise ValueError(f"{name} must lie between {low} and {high}, got {getattr(self, name)}")


@dataclass(frozen=True, slots=True)
class TrainingMetrics:
    """How the model did on folds that it was not trained on, after thresholds and cutting.

    `accuracy` is over sentences with one intent, `compound_exact` over those with several, `oos_recall` over those with
    none; `ece` is the expected calibration error of the first guess (0 is perfect).
    """

    examples: int
    intents: int
    accuracy: float
    compound_exact: float
    oos_recall: float
    f1_micro: float
    f1_macro: float
    ece: float
    threshold: float
    seconds: float


@dataclass(frozen=True, slots=True)
class _Plan:
    learning: LearningOptions
    background: bool
    settings: Any  # what model.yml keeps of the config: plain values
    seed: int


def train(data: TrainingData, pipeline: Pipeline, out: Path, seed: int = 0) -> TrainingMetrics:
    """Train a bot's understanding into the folder `out`. Raises TrainingError when there is too little data."""
    if pipeline.tagger:
        from nlu.tagger.bot import train_beside

        syllables = standard(data.words).syllables
        train_beside(data.examples, EntityExtractor(pipeline, learn_tables(data, pipeline), syllables, links=False), out)
    options = LearningOptions(pipeline.compound, pipeline.max_needs, seed=seed)
    if len(data.examples) > _LARGE:
        options = replace(options, folds=2)
    return _train(data, pipeline, out, _Plan(options, True, {"pipeline": asdict(pipeline)}, seed))


def train_from_files(config: IntentTraining, progress: Callable[[str], None] | None = None) -> TrainingMetrics:
    """Train from labelled files (nlu.data_files). Raises DataError and TrainingError."""
    examples = tuple(example for path in config.train_data for example in read_examples(path))
    if progress is not None:
        progress(f"{len(examples)} labelled sentences; training into {config.output_dir} ...")
    options = LearningOptions(
        compound=config.compound and any(len(example.intents) > 1 for example in examples),
        max_needs=config.max_needs,
        with_marks=config.marks,
        min_count=2 if len(examples) > _LARGE else 1,
        cost=config.cost,
        folds=config.folds,
        seed=config.seed,
    )
    settings = {name: value for name, value in asdict(config).items() if name not in ("train_data", "output_dir")}
    plan = _Plan(options, config.background, {**settings, "train_data": [path.name for path in config.train_data]}, config.seed)
    return _train(TrainingData(examples), config.pipeline, config.output_dir, plan)


def _train(data: TrainingData, pipeline: Pipeline, out: Path, plan: _Plan) -> TrainingMetrics:
    began = time.perf_counter()
    tables, lexicon = learn_tables(data, pipeline), _lexicon(data, pipeline)
    rows = _rows(data.examples, EntityExtractor(pipeline, tables, lexicon.syllables, links=False), lexicon, plan)
    labels = {label for row in (*rows.singles, *rows.nothing) for label in row.intents}
    if len(labels) < 2:
        raise TrainingError(f"understanding needs sentences of two intents or more, got {sorted(labels - {NONE})}; add examples")
    learnt = learn(rows, lexicon, plan.learning)
    model, judged = settle(learnt, plan.learning.compound, plan.seed)
    result = _metrics(judged, len(data.examples), model.threshold, time.perf_counter() - began)
    result = replace(result, intents=len(labels - {NONE}))
    save(TrainedModel(model, tables, pipeline, lexicon), _card(data, plan, result, sorted(labels - {NONE})), out)
    return result


def _lexicon(data: TrainingData, pipeline: Pipeline) -> Lexicon:
    """For training: its encoder shows each sentence as one that it was not made from."""
    if not pipeline.encoder:
        return standard(data.words)
    from nlu.encoding import bundled  # onnxruntime, where it is wanted

    return replace(standard(data.words), viewer=bundled(pipeline.encoder).honest)


def rows_of(data: TrainingData, pipeline: Pipeline, lexicon: Lexicon, seed: int = 0) -> Rows:
    """A bot's sentences made ready, with those that are out of any bot's scope."""
    extractor = EntityExtractor(pipeline, learn_tables(data, pipeline), lexicon.syllables, links=False)
    options = LearningOptions(pipeline.compound, pipeline.max_needs, seed=seed)
    return _rows(data.examples, extractor, lexicon, _Plan(options, True, {}, seed))


def _rows(examples: tuple[Example, ...], extractor: EntityExtractor, lexicon: Lexicon, plan: _Plan) -> Rows:
    labelled = list(_labelled(examples, extractor, lexicon))
    nothing = [row for row in labelled if not row.intents]
    if plan.background:
        rng = random.Random(plan.seed)
        known = background.sentences()
        some = rng.sample(known, min(len(known), max(_LEAST_BACKGROUND, round(_BACKGROUND_SHARE * len(examples)))))
        unasked = (*some, *background.babble([example.text for example in examples], _BABBLE, rng))
        nothing += (Labelled(prepare(text, lexicon, extractor.extract(text)), ()) for text in unasked)
    return Rows(
        tuple(row for row in labelled if len(row.intents) == 1),
        tuple(row for row in labelled if len(row.intents) > 1),
        tuple(replace(row, intents=(NONE,)) for row in nothing),
    )


def _labelled(examples: tuple[Example, ...], extractor: EntityExtractor, lexicon: Lexicon) -> Iterator[Labelled]:
    """Each sentence as typed, and as heard where that differs; those without a word teach nothing."""
    for example in examples:
        heard = () if example.asr in (None, "", example.text) else (example.asr,)
        for text in (example.text, *heard):
            if text is not None:
                sentence = prepare(text, lexicon, extractor.extract(text))
                if len(sentence):
                    begins = _begins(sentence, example.cuts) if text == example.text else (0,)
                    yield Labelled(sentence, example.intents, begins)


def _begins(sentence: Sentence, cuts: Sequence[int]) -> tuple[int, ...]:
    """The words at which needs begin that are cut at these characters; the first alone where a need has no word."""
    begins = (0, *(sum(word.start < cut for word in sentence.words) for cut in cuts))
    return begins if len({*begins, len(sentence)}) == len(begins) + 1 else (0,)


def _metrics(judged: tuple[Judged, ...], examples: int, threshold: float, seconds: float) -> TrainingMetrics:
    real = [one for one in judged if not one.made]
    groups = {kind: [one.exact for one in real if min(len(one.gold), 2) == kind] for kind in (0, 1, 2)}
    shares = {kind: round(metrics.Share.of(sum(hits), len(hits)).value, 4) for kind, hits in groups.items()}
    f1 = metrics.f1([one.gold for one in real], [one.found for one in real])
    simple = [one for one in real if len(one.gold) <= 1]
    ece = calibration_error([one.confidence for one in simple], [one.best in one.gold for one in simple])
    return TrainingMetrics(
        examples=examples,
        intents=0,
        accuracy=shares[1],
        compound_exact=shares[2],
        oos_recall=shares[0],
        f1_micro=round(f1.micro, 4),
        f1_macro=round(f1.macro, 4),
        ece=round(ece, 4),
        threshold=threshold,
        seconds=round(seconds, 2),
    )


def _card(data: TrainingData, plan: _Plan, result: TrainingMetrics, labels: list[str]) -> dict[str, Any]:
    """What model.yml says; plain values only."""
    digest = hashlib.sha256(repr(data).encode()).hexdigest()
    plain = json.loads(json.dumps({"config": plan.settings, "metrics": asdict(result)}))
    return {
        "task": "intent",
        "architecture": "linear SVM over character, sound and word-group n-grams; logistic cut model; entities by rules",
        "base": None,
        "format": FORMAT_VERSION,
        "labels": labels,
        "thresholds": {"need": result.threshold},
        "data": {"sha256": digest, "sentences": len(data.examples)},
        **plain,
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
    }
