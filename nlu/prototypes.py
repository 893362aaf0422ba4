"""A new intent from a few examples, at once: weights of its own beside a trained model, which stays as it is.

Each new intent becomes one more column of the linear model: what tells its examples from the sentences known so far, an
exemplar SVM (Malisiewicz 2011) over the same features. The next full training folds the examples in.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from nlu import background, linear
from nlu.compounds import Labelled
from nlu.confidence import NONE
from nlu.data import Example
from nlu.entities.extractor import EntityExtractor
from nlu.features import prepare
from nlu.linear import Floats, LinearModel, RowTable
from nlu.model_folder import TrainedModel

_AGAINST, _NOTHING = 2000, 300
"""So many known sentences, and sentences out of any scope, are held against the new ones at most: a sample tells enough."""
_LIFT = 0.5
"""Added to the new margins, since five examples say less of an intent than hundreds: on SMP 2017 the known intents then lose
less than a point (benchmarks/new_intents.py)."""
_COST = 2.0
_NO_LONGER = 0.7
"""What speaks for a new intent speaks so much against being none of the intents: the background may hold such sentences."""


@dataclass(frozen=True, slots=True)
class _Space:
    """The model's features with those that only the new examples have, and what each weighs."""

    vocabulary: dict[str, int]
    scales: Floats


def with_intents(model: TrainedModel, known: Sequence[Example], added: Sequence[Example], seed: int = 0) -> TrainedModel:
    """The model with the intents of `added`, which it must not have; `known` are the examples that it was trained on.

    Raises ValueError when nothing can be learnt from `added`.
    """
    rows = _rows(model, known, added, seed)
    names = sorted({row.intents[0] for row in rows} - {NONE})
    if not names:
        raise ValueError("the added examples hold no sentence with one new intent; add one with a word in it")
    table = linear.tabulate([row.sentence for row in rows], model.intents.classifier.with_marks)
    space = _space(model.intents.classifier, table, [at for at, row in enumerate(rows) if row.intents[0]])
    weights, bias = _columns(table, space, [row.intents[0] for row in rows], names)
    return replace(
        model, intents=replace(model.intents, classifier=_widened(model.intents.classifier, space, names, weights, bias))
    )


def _rows(model: TrainedModel, known: Sequence[Example], added: Sequence[Example], seed: int) -> list[Labelled]:
    """The new sentences with their intents, the others with none."""
    rng = random.Random(seed)
    against = [example.text for example in known if len(example.intents) == 1]
    nothing = background.sentences() if NONE in model.intents.classifier.labels else ()
    texts = [(example.text, example.intents[0]) for example in added if len(example.intents) == 1]
    texts += [(text, NONE) for text in rng.sample(against, min(len(against), _AGAINST))]
    texts += [(text, NONE) for text in rng.sample(nothing, min(len(nothing), _NOTHING))]
    lexicon = replace(model.lexicon, viewer=None)
    extractor = EntityExtractor(model.pipeline, model.tables, lexicon.syllables, links=False)
    rows = [Labelled(prepare(text, lexicon, extractor.extract(text)), (intent,)) for text, intent in texts]
    return [row for row in rows if len(row.sentence)]


def _space(classifier: LinearModel, table: RowTable, new: Sequence[int]) -> _Space:
    """A feature that only new sentences have is as rare as can be."""
    vocabulary = dict(classifier.vocabulary)
    occurring = np.asarray(table.counts[list(new)].sum(axis=0)).reshape(-1)
    for column in np.flatnonzero(occurring).tolist():
        vocabulary.setdefault(table.names[column], len(vocabulary))
    rarest = float(classifier.scales.max(initial=1.0))
    strange = np.full(len(vocabulary) - len(classifier.vocabulary), rarest, dtype=np.float32)
    return _Space(vocabulary, np.concatenate([classifier.scales, strange]))


def _columns(table: RowTable, space: _Space, intents: Sequence[str], names: Sequence[str]) -> tuple[Floats, Floats]:
    """(features, names) weights, already scaled, and (names,) biases: each name against all other rows."""
    from scipy.sparse import csr_matrix, diags
    from sklearn.svm import LinearSVC

    places = [space.vocabulary.get(name, -1) for name in table.names]
    kept = [column for column, place in enumerate(places) if place >= 0]
    known = table.counts[:, kept]
    unknown = np.asarray(table.counts.sum(axis=1) - known.sum(axis=1)).reshape(-1)
    scales = space.scales[[places[column] for column in kept]]
    lengths = np.sqrt(np.maximum(known @ scales**2 + linear.UNKNOWN_SQUARE * unknown, 1e-6))
    matrix = csr_matrix(diags(1 / lengths) @ known @ diags(scales))
    weights = np.zeros((len(space.vocabulary), len(names)), dtype=np.float32)
    bias = np.zeros(len(names), dtype=np.float32)
    for at, name in enumerate(names):
        machine = LinearSVC(C=_COST, tol=1e-2, random_state=0).fit(matrix, [intent == name for intent in intents])
        weights[[places[column] for column in kept], at] = machine.coef_[0] * scales
        bias[at] = machine.intercept_[0] + _LIFT
    return weights, bias


def _widened(classifier: LinearModel, space: _Space, names: Sequence[str], weights: Floats, bias: Floats) -> LinearModel:
    more = len(space.vocabulary) - len(classifier.vocabulary)
    old = np.concatenate([classifier.weights, np.zeros((more, len(classifier.labels)), dtype=np.float32)])
    if NONE in classifier.labels:
        old[:, classifier.labels.index(NONE)] -= _NO_LONGER * np.maximum(weights, 0).sum(axis=1)
    seen = classifier.seen
    return LinearModel(
        (*classifier.labels, *names),
        space.vocabulary,
        space.scales,
        np.concatenate([old, weights], axis=1),
        np.concatenate([classifier.bias, bias]),
        classifier.with_marks,
        None if seen is None else np.concatenate([seen, np.zeros((len(seen), len(names)), dtype=np.float32)], axis=1),
    )
