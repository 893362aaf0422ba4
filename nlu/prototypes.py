"""New intents from a few examples each, at once: a second model beside the trained one, which stays as it is.

The second model is an SVM over the same features, what the words are about and how the sentence is put (nlu.topics): five
examples hold few words, but most topics. The known intents take the mean of both models, so that the new examples count
against them; the new ones have the second alone. The next full training folds the examples in.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from nlu import background, linear, topic_model, topics
from nlu.compounds import Labelled
from nlu.confidence import NONE
from nlu.data import Example
from nlu.entities.extractor import EntityExtractor
from nlu.features import Sentence, prepare
from nlu.linear import Floats, LinearModel, RowTable
from nlu.model_folder import TrainedModel
from nlu.topic_model import Block, TopicModel

_AGAINST, _NOTHING = 1500, 300
"""So many known sentences, and sentences out of any scope, are held against the new ones at most: a sample tells enough."""
_LIFT, _MORE_LIFT = 0.35, 0.15
"""Added to the new margins, since five examples say less of an intent than hundreds; more where the sample is a small one."""
_COST, _NEW_WEIGHT = 1.0, 3.0
_SECOND = 0.75
"""The second model's share in the margins of the known intents, where it has seen all that the first has; else less.

These are settled on SMP 2017's training data alone (20 intents of 30, eight draws, 70 % of the rows to learn from): recall of
the new 0.75 where the others lose nothing; with 0.1 more of a lift 0.77 and half a point. Without topics it is 0.60.
"""


_NO_LONGER = 0.7
"""What speaks for a new intent speaks so much against being none of the intents: the background may hold such sentences."""
_OWN = 2
"""A topic that so many of the added sentences have is theirs: the background's sentences about it say nothing any more."""


@dataclass(frozen=True, slots=True)
class _Fitted:
    """The second model over its own `labels`; the weights are those of raw features."""

    labels: tuple[str, ...]
    vocabulary: dict[str, int]
    scales: Floats
    weights: Floats
    bias: Floats
    blocks: tuple[Block, ...]
    coverage: float
    """The share of the known sentences that it was fitted on."""


@dataclass(frozen=True, slots=True)
class _Scaled:
    """Rows of one kind of features, each of length 1 once they are multiplied: (rows, features)."""

    vocabulary: dict[str, int]
    scales: Floats
    matrix: Any  # scipy.sparse, which has no types


def bring_in() -> None:
    """Import what `with_intents` needs, so that the first intent does not wait for it."""
    import scipy.sparse  # noqa: F401
    import sklearn.svm  # noqa: F401


@dataclass(frozen=True, slots=True)
class Known:
    """The known sentences that new intents are held against, read once for all the intents to come."""

    rows: tuple[Labelled, ...]
    table: RowTable
    kinds: tuple[topic_model.Kinds, ...]
    coverage: float
    """The share of the known sentences that these are."""


def known_rows(model: TrainedModel, known: Sequence[Example], seed: int = 0) -> Known:
    """A sample of `known`, the examples that the model was trained on."""
    labels = model.intents.classifier.labels
    texts = [(one.text, (*one.intents, NONE)[0]) for one in known if len(one.intents) <= 1]
    sample = _sampled([(text, label) for text, label in texts if label in labels], random.Random(seed))
    rows = _rows(model, sample)
    sentences = [row.sentence for row in rows]
    table = linear.tabulate(sentences, model.intents.classifier.with_marks)
    return Known(tuple(rows), table, _kinds(sentences), min(1.0, _AGAINST / max(1, len(known))))


def with_intents(model: TrainedModel, known: Known, added: Sequence[Example], seed: int = 0) -> TrainedModel:
    """The model with the intents of `added`, which it must not have; `known` are its own (`known_rows`).

    Raises ValueError when nothing can be learnt from `added`.
    """
    classifier = model.intents.classifier
    texts = [(one.text, one.intents[0]) for one in added if len(one.intents) == 1]
    rows = _rows(model, texts)
    names = sorted({row.intents[0] for row in rows})
    if not names:
        raise ValueError("the added examples hold no sentence with one new intent; add one with a word in it")
    if NONE in classifier.labels:
        nothing = _unlike([text for text, _ in texts])
        sample = random.Random(seed).sample(nothing, min(len(nothing), _NOTHING))
        rows += _rows(model, [(text, NONE) for text in sample])
    fitted = _fit(classifier, known, rows, set(names))
    return replace(model, intents=replace(model.intents, classifier=_widened(classifier, fitted, names)))


def _rows(model: TrainedModel, texts: Sequence[tuple[str, str]]) -> list[Labelled]:
    """Sentences that have a word in them, each with its one label."""
    lexicon = replace(model.lexicon, viewer=None)
    extractor = EntityExtractor(model.pipeline, model.tables, lexicon.syllables, links=False)
    rows = [Labelled(prepare(text, lexicon, extractor.extract(text)), (intent,)) for text, intent in texts]
    return [row for row in rows if len(row.sentence)]


def _kinds(sentences: Sequence[Sentence]) -> tuple[topic_model.Kinds, ...]:
    return tuple(topic_model.of_whole(sentence, topics.standard()) for sentence in sentences)


def _unlike(added: Sequence[str]) -> list[str]:
    """The background's sentences that are about nothing that the added ones are about."""
    seen = Counter(topic for text in added for topic in topics.of_text(text))
    own = {topic for topic, count in seen.items() if count >= _OWN}
    return [text for text in background.sentences() if not own & topics.of_text(text)]


def _sampled(texts: list[tuple[str, str]], rng: random.Random) -> list[tuple[str, str]]:
    """All, or as many as are enough: the labels in turn, so that none goes short."""
    rng.shuffle(texts)
    turns: Counter[str] = Counter()
    placed = []
    for one in texts:
        turns[one[1]] += 1
        placed.append((turns[one[1]], one))
    return [one for _, one in sorted(placed, key=lambda pair: pair[0])[:_AGAINST]]


def _fit(classifier: LinearModel, known: Known, rows: Sequence[Labelled], new: set[str]) -> _Fitted:
    from scipy.sparse import hstack
    from sklearn.svm import LinearSVC

    sentences = [row.sentence for row in rows]
    labels = [row.intents[0] for row in (*known.rows, *rows)]
    table = linear.tabulate(sentences, classifier.with_marks, after=known.table)
    words = _words(classifier, table, [label in new for label in labels])
    others = [_kind(of_kind) for of_kind in zip(*known.kinds, *_kinds(sentences), strict=True)]
    scaled = [one.matrix * weight for one, weight in zip(others, topic_model.WEIGHTS, strict=True)]
    matrix = hstack([words.matrix, *scaled], format="csr")
    machine = LinearSVC(C=_COST, tol=1e-2, random_state=0)
    machine.fit(matrix, labels, sample_weight=[_NEW_WEIGHT if label in new else 1.0 for label in labels])
    weights, bias = linear.both_ways(machine)
    edges = np.cumsum([words.matrix.shape[1], *(one.matrix.shape[1] for one in others)])
    parts = np.split(weights.T.astype(np.float32), edges[:-1])
    blocks = tuple(
        Block(one.vocabulary, one.scales, part * one.scales[:, None] * np.float32(weight))
        for one, part, weight in zip(others, parts[1:], topic_model.WEIGHTS, strict=True)
    )
    named = tuple(map(str, machine.classes_))
    raw = parts[0] * words.scales[:, None]
    return _Fitted(named, words.vocabulary, words.scales, raw, bias.astype(np.float32), blocks, known.coverage)


def _words(classifier: LinearModel, table: RowTable, new: Sequence[bool]) -> _Scaled:
    """The classifier's own features, and those that only new sentences have, which are as rare as can be."""
    vocabulary = dict(classifier.vocabulary)
    occurring = np.asarray(table.counts[np.flatnonzero(new)].sum(axis=0)).reshape(-1)
    for column in np.flatnonzero(occurring).tolist():
        vocabulary.setdefault(table.names[column], len(vocabulary))
    rarest = float(classifier.scales.max(initial=1.0))
    strange = np.full(len(vocabulary) - len(classifier.vocabulary), rarest, dtype=np.float32)
    scales = np.concatenate([classifier.scales, strange])
    places = np.array([vocabulary.get(name, -1) for name in table.names])
    kept = np.flatnonzero(places >= 0)
    counts = table.counts[:, kept].tocoo()
    at = (counts.row, places[kept][counts.col])
    return _Scaled(vocabulary, scales, _unit(counts.data, at, (len(new), len(vocabulary)), scales, table.counts.sum(axis=1)))


def _kind(rows: Iterable[Sequence[str]]) -> _Scaled:
    """All features of one kind, by how rare they are."""
    vocabulary: dict[str, int] = {}
    columns: list[int] = []
    lengths: list[int] = []
    for names in rows:
        columns += [vocabulary.setdefault(name, len(vocabulary)) for name in names]
        lengths.append(len(names))
    at = (np.repeat(np.arange(len(lengths)), lengths), np.array(columns))
    occurring = np.bincount(columns, minlength=len(vocabulary))
    scales = (np.log((1 + len(lengths)) / (1 + occurring)) + 1).astype(np.float32)
    ones = np.ones(len(columns), dtype=np.float32)
    return _Scaled(vocabulary, scales, _unit(ones, at, (len(lengths), len(vocabulary)), scales, np.array(lengths)))


def _unit(counts: Floats, at: tuple[Any, Any], shape: tuple[int, int], scales: Floats, totals: Any) -> Any:
    """(rows, features) of length 1; what a row holds beside the counted features makes these smaller. `totals` is (rows,)."""
    from scipy.sparse import csr_matrix, diags

    matrix = csr_matrix((counts, at), shape=shape)
    unknown = np.asarray(totals).reshape(-1) - np.asarray(matrix.sum(axis=1)).reshape(-1)
    squares = matrix @ scales**2 + linear.UNKNOWN_SQUARE * unknown
    return csr_matrix(diags(1 / np.sqrt(np.maximum(squares, 1e-6))) @ matrix @ diags(scales))


def _widened(classifier: LinearModel, fitted: _Fitted, names: Sequence[str]) -> LinearModel:
    labels = (*classifier.labels, *names)
    more = len(fitted.vocabulary) - len(classifier.vocabulary)
    both = [label in fitted.labels for label in classifier.labels]
    share, lifted = _SECOND * fitted.coverage, _LIFT + _MORE_LIFT * (1 - fitted.coverage)
    first = np.array([*(1 - share if one else 1.0 for one in both), *(0.0 for _ in names)], dtype=np.float32)
    second = np.array([*(share if one else 0.0 for one in both), *(1.0 for _ in names)], dtype=np.float32)
    lift = np.array([0.0] * len(both) + [lifted] * len(names), dtype=np.float32)
    columns = [fitted.labels.index(label) if label in fitted.labels else 0 for label in labels]

    def old(values: Floats) -> Floats:
        """Columns of the trained model, with empty ones for the new labels."""
        return np.pad(values, [(0, 0)] * (values.ndim - 1) + [(0, len(names))]) * first

    new = fitted.weights[:, columns] * second
    weights = np.pad(old(classifier.weights), ((0, more), (0, 0))) + new
    if NONE in classifier.labels:
        weights[:, classifier.labels.index(NONE)] -= _NO_LONGER * np.maximum(new[:, len(both) :], 0).sum(axis=1)
    blocks = tuple(replace(block, weights=block.weights[:, columns] * second) for block in fitted.blocks)
    return LinearModel(
        labels,
        fitted.vocabulary,
        fitted.scales,
        weights,
        old(classifier.bias) + fitted.bias[columns] * second + lift,
        classifier.with_marks,
        None if classifier.seen is None else np.pad(classifier.seen, ((0, 0), (0, len(names)))),
        TopicModel(topics.standard(), blocks),
    )
