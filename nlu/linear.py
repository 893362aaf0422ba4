"""A linear classifier over interval features that scores every part of a sentence in one go."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from nlu.features import LONGEST_LENGTH, Sentence, edges, inner, length_class, names

Floats = npt.NDArray[np.float32]
UNKNOWN_SQUARE = 4.0
"""What an unknown feature adds to a part's squared length: words never seen make every score smaller."""
_SEEN_WEIGHT = 0.5
"""Of an encoder's margins beside those of the words (cross-validated on the sample bot: better than 0.2, and 1 no better)."""
_SOUND_WEIGHT = 0.5
"""Sounds repeat what the characters say: less weight keeps them from counting twice."""


class Beside(Protocol):
    """What else speaks for the labels of a part, beside its words."""

    def parts(self, sentence: Sentence, cuts: Sequence[int]) -> Floats:
        """What to add to the margins of every part, (cuts, cuts, labels)."""
        ...


@dataclass(frozen=True, slots=True)
class LinearModel:
    """One weight vector for each label. `vocabulary` is feature -> row; `scales` the rows' own weights (idf)."""

    labels: tuple[str, ...]
    vocabulary: Mapping[str, int]
    scales: Floats
    weights: Floats  # (features, labels), already multiplied by `scales`
    bias: Floats
    with_marks: bool = False
    seen: Floats | None = None
    """(meanings, labels): the weights of what an encoder says of a part, where there is one."""
    beside: Beside | None = None
    """Not kept in a model's folder: intents added at once have it (nlu.prototypes)."""
    rows: Floats = field(init=False)
    """(features, labels + 1): what each feature adds to the sums, and to the squared length."""
    lengths: Floats = field(init=False)
    """The same for the classes of length: (words, labels + 1)."""

    def __post_init__(self) -> None:
        rows = np.concatenate([self.weights, self.scales[:, None] ** 2], axis=1)
        object.__setattr__(self, "rows", np.ascontiguousarray(rows, dtype=np.float32))
        lengths = np.zeros((LONGEST_LENGTH + 1, len(self.labels) + 1), dtype=np.float32)
        for words in range(len(lengths)):
            self._add(lengths[words], (length_class(words),))
        object.__setattr__(self, "lengths", lengths)

    def scores(self, sentence: Sentence, cuts: Sequence[int]) -> Floats:
        """Margins of every part between two cuts: shape (cuts, cuts, labels), [i, j] is the part from cut i to cut j.

        `cuts` are word positions in ascending order, from 0 to the number of words. Where i >= j the values mean nothing.
        """
        count = len(cuts)
        places: list[int] = []
        rows: list[int] = []
        sums: Floats = np.zeros((count * count, len(self.labels) + 1), dtype=np.float32)
        for feature in inner(sentence, self.with_marks):
            place = (bisect_right(cuts, feature.start) - 1) * count + bisect_left(cuts, feature.end)
            row = self.vocabulary.get(feature.name)
            if row is None:
                sums[place, -1] += UNKNOWN_SQUARE
            else:
                places.append(place)
                rows.append(row)
        np.add.at(sums, places, self.rows[rows])
        inside = _inside(sums.reshape(count, count, -1))
        for at, cut in enumerate(cuts):
            begins, ends = edges(sentence, cut)
            self._add(inside[at], begins)
            self._add(inside[:, at], ends)
        words = np.asarray(cuts)
        inside += self.lengths[np.clip(words[None, :] - words[:, None], 0, LONGEST_LENGTH)]
        norms = np.sqrt(np.maximum(inside[:, :, -1:], np.float32(1e-6)))
        margins: Floats = np.asarray(inside[:, :, :-1] / norms + self.bias, dtype=np.float32)
        if self.seen is not None and sentence.view is not None:
            margins += sentence.view.parts(cuts) @ self.seen
        if self.beside is not None:
            margins += self.beside.parts(sentence, cuts)
        return margins

    def whole(self, sentence: Sentence) -> Floats:
        """Margins of the sentence as one part: shape (labels,)."""
        margins: Floats = self.scores(sentence, (0, len(sentence)))[0, 1]
        return margins

    def _add(self, sums: Floats, features: Sequence[str]) -> None:
        """Add features to sums of shape (..., labels + 1) in place."""
        for row in map(self.vocabulary.get, features):
            if row is None:
                sums[..., -1] += UNKNOWN_SQUARE
            else:
                sums += self.rows[row]


def _inside(values: Floats) -> Floats:
    """From the sums of features that touch exactly the cuts i and j to the sums of all that lie between them."""
    from_start = np.cumsum(values[::-1], axis=0)[::-1]
    result: Floats = np.cumsum(from_start, axis=1)
    return result


@dataclass(frozen=True, slots=True)
class LinearOptions:
    """How a LinearModel is trained."""

    cost: float = 1.0
    min_count: int = 1
    with_marks: bool = False
    seed: int = 0


@dataclass(frozen=True, slots=True)
class RowTable:
    """The features of many sentences, counted once: `counts` is (rows, names), from which any choice of rows can be fitted."""

    names: tuple[str, ...]
    counts: Any  # scipy.sparse.csr_matrix, which has no types
    seen: Floats | None = None
    """(rows, meanings): what an encoder says of each row, where there is one."""


def tabulate(sentences: Sequence[Sentence], with_marks: bool, after: RowTable | None = None) -> RowTable:
    """One row for each sentence as one part; behind those of the table `after`, where there is one."""
    from scipy.sparse import csr_matrix, vstack

    vocabulary = {} if after is None else {name: at for at, name in enumerate(after.names)}
    columns: list[int] = []
    starts = [0]
    for sentence in sentences:
        columns.extend([vocabulary.setdefault(name, len(vocabulary)) for name in names(sentence, with_marks)])
        starts.append(len(columns))
    ones = np.ones(len(columns), dtype=np.float32)
    counts = csr_matrix((ones, columns, starts), shape=(len(sentences), len(vocabulary)))
    counts.sum_duplicates()
    seen = _seen(sentences)
    if after is not None:
        before = after.counts.copy()
        before.resize(before.shape[0], len(vocabulary))
        counts = vstack([before, counts], format="csr")
        seen = None if seen is None or after.seen is None else np.concatenate([after.seen, seen])
    return RowTable(tuple(vocabulary), counts, seen)


def _seen(sentences: Sequence[Sentence]) -> Floats | None:
    views = [sentence.view for sentence in sentences]
    if not views or any(view is None for view in views):
        return None
    return np.stack([view.parts((0, len(one)))[0, 1] for view, one in zip(views, sentences, strict=True) if view is not None])


def fit(table: RowTable, chosen: Sequence[int], labels: Sequence[str], options: LinearOptions) -> LinearModel:
    """One linear support vector machine for each label (L2 loss, one against the rest) on the chosen rows.

    `labels` are those of the chosen rows, in their order. Needs two labels or more.
    """
    from scipy.sparse import diags
    from sklearn.svm import LinearSVC

    counts = table.counts[list(chosen)]
    occurring = np.asarray((counts > 0).sum(axis=0)).reshape(-1)
    kept = np.flatnonzero(occurring >= options.min_count)
    vocabulary = {table.names[column]: row for row, column in enumerate(kept.tolist())}
    scales = _scales(list(vocabulary), occurring[kept], len(chosen))
    known = counts[:, kept]
    # The squared length counts a repeated feature once for each time, as `scores` does.
    unknown = np.asarray(counts.sum(axis=1) - known.sum(axis=1)).reshape(-1)
    squares = known @ scales**2 + UNKNOWN_SQUARE * unknown
    matrix = diags(1 / np.sqrt(np.maximum(squares, 1e-6))) @ known @ diags(scales)
    machine = LinearSVC(C=options.cost, tol=1e-2, random_state=options.seed)
    machine.fit(matrix, list(labels))
    weights, bias = both_ways(machine)
    scaled = np.ascontiguousarray((weights * scales).T, dtype=np.float32)
    named = tuple(map(str, machine.classes_))
    model = LinearModel(named, vocabulary, scales, scaled, bias.astype(np.float32), options.with_marks)
    return model if table.seen is None else replace(model, seen=_seen_weights(table.seen[list(chosen)], labels, named))


def both_ways(machine: Any) -> tuple[Floats, Floats]:
    """(labels, features) weights and (labels,) biases of a machine of scikit-learn, which gives one vector for two labels."""
    weights, bias = np.asarray(machine.coef_), np.asarray(machine.intercept_)
    return (weights, bias) if len(machine.classes_) > 2 else (np.vstack([-weights[0], weights[0]]), np.array([-bias[0], bias[0]]))


def _seen_weights(seen: Floats, labels: Sequence[str], named: Sequence[str]) -> Floats:
    """From an encoder's shares to margins, by least squares, apart from the words: together with them it would be relied on
    too much (cross-validated: 0.898 beside 0.921 apart and 0.916 without)."""
    column = {label: at for at, label in enumerate(named)}
    wanted = np.full((len(labels), len(named)), -1.0)
    wanted[np.arange(len(labels)), [column[label] for label in labels]] = 1.0
    gram = seen.T.astype(np.float64) @ seen + np.eye(seen.shape[1])
    weights: Floats = (_SEEN_WEIGHT * np.linalg.solve(gram, seen.T.astype(np.float64) @ wanted)).astype(np.float32)
    return weights


def _scales(names: Sequence[str], occurring: npt.NDArray[np.int64], rows: int) -> Floats:
    """Inverse document frequencies; what only repeats others weighs less."""
    repeats = np.array([_SOUND_WEIGHT if name[0] == "p" else 1.0 for name in names], dtype=np.float32)
    return np.asarray((np.log((1 + rows) / (1 + occurring)) + 1) * repeats, dtype=np.float32)
