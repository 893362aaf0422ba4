"""A linear classifier over interval features that scores every part of a sentence in one go."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from nlu.features import LONGEST_LENGTH, Sentence, edges, inner, length_class, names

Floats = npt.NDArray[np.float32]
_UNKNOWN_SQUARE = 4.0
"""What an unknown feature adds to a part's squared length: words never seen make every score smaller."""
_SOUND_WEIGHT = 0.5
"""Sounds repeat what the characters say: less weight keeps them from counting twice."""


@dataclass(frozen=True, slots=True)
class LinearModel:
    """One weight vector for each label. `vocabulary` is feature -> row; `scales` the rows' own weights (idf)."""

    labels: tuple[str, ...]
    vocabulary: Mapping[str, int]
    scales: Floats
    weights: Floats  # (features, labels), already multiplied by `scales`
    bias: Floats
    with_marks: bool = False
    lengths: Floats = field(init=False)
    """(classes of length, labels + 1): what each adds to the sums, and to the squared length."""

    def __post_init__(self) -> None:
        sums = [self._sum((length_class(words),)) for words in range(LONGEST_LENGTH + 1)]
        table = np.zeros((len(sums), len(self.labels) + 1), dtype=np.float32)
        for row, (value, square) in zip(table, sums, strict=True):
            row[:-1], row[-1] = value, square
        object.__setattr__(self, "lengths", table)

    def scores(self, sentence: Sentence, cuts: Sequence[int]) -> Floats:
        """Margins of every part between two cuts: shape (cuts, cuts, labels), [i, j] is the part from cut i to cut j.

        `cuts` are word positions in ascending order, from 0 to the number of words. Where i >= j the values mean nothing.
        """
        count, labels = len(cuts), len(self.labels)
        places: list[int] = []
        rows: list[int] = []
        unknown = np.zeros((count, count), dtype=np.float32)
        for feature in inner(sentence, self.with_marks):
            i, j = bisect_right(cuts, feature.start) - 1, bisect_left(cuts, feature.end)
            row = self.vocabulary.get(feature.name)
            if row is None:
                unknown[i, j] += _UNKNOWN_SQUARE
            else:
                places.append(i * count + j)
                rows.append(row)
        sums = np.zeros((count * count, labels), dtype=np.float32)
        squares = unknown.reshape(-1)
        np.add.at(sums, places, self.weights[rows])
        np.add.at(squares, places, self.scales[rows] ** 2)
        both = _inside(sums.reshape(count, count, labels)), _inside(squares.reshape(count, count, 1))
        return self._with_edges(sentence, cuts, *both)

    def whole(self, sentence: Sentence) -> Floats:
        """Margins of the sentence as one part: shape (labels,)."""
        margins: Floats = self.scores(sentence, (0, len(sentence)))[0, 1]
        return margins

    def _with_edges(self, sentence: Sentence, cuts: Sequence[int], sums: Floats, squares: Floats) -> Floats:
        for at, cut in enumerate(cuts):
            begins, ends = edges(sentence, cut)
            value, square = self._sum(begins)
            sums[at, :] += value
            squares[at, :] += square
            value, square = self._sum(ends)
            sums[:, at] += value
            squares[:, at] += square
        at_cuts = np.asarray(cuts)
        by_length = self.lengths[np.clip(at_cuts[None, :] - at_cuts[:, None], 0, LONGEST_LENGTH)]
        sums += by_length[:, :, :-1]
        squares += by_length[:, :, -1:]
        margins: Floats = sums / np.sqrt(np.maximum(squares, 1e-6)) + self.bias
        return margins

    def _sum(self, features: Sequence[str]) -> tuple[Floats | float, float]:
        rows = [row for row in map(self.vocabulary.get, features) if row is not None]
        square = _UNKNOWN_SQUARE * (len(features) - len(rows))
        if not rows:
            return 0.0, square
        return self.weights[rows].sum(axis=0), square + float((self.scales[rows] ** 2).sum())


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


def counted(sentence: Sentence, with_marks: bool) -> Mapping[str, int]:
    """The features of a sentence as one part, with how often each occurs: a row to `fit`."""
    return Counter(names(sentence, with_marks))


def fit(rows: Sequence[Mapping[str, int]], labels: Sequence[str], options: LinearOptions) -> LinearModel:
    """One linear support vector machine for each label (L2 loss, one against the rest). Needs two labels or more."""
    from sklearn.svm import LinearSVC

    vocabulary, scales = _vocabulary(rows, options.min_count)
    machine = LinearSVC(C=options.cost, tol=1e-3, random_state=options.seed)
    machine.fit(_matrix(rows, vocabulary, scales), list(labels))
    weights, bias = np.asarray(machine.coef_), np.asarray(machine.intercept_)
    if len(machine.classes_) == 2:  # scikit-learn gives one vector for two labels
        weights, bias = np.vstack([-weights[0], weights[0]]), np.array([-bias[0], bias[0]])
    scaled = (weights * scales).T.astype(np.float32)
    labelled = tuple(map(str, machine.classes_))
    return LinearModel(labelled, vocabulary, scales, np.ascontiguousarray(scaled), bias.astype(np.float32), options.with_marks)


def _vocabulary(rows: Sequence[Mapping[str, int]], min_count: int) -> tuple[dict[str, int], Floats]:
    counts: Counter[str] = Counter()
    for row in rows:
        counts.update(row.keys())
    kept = {name: count for name, count in counts.items() if count >= min_count}
    idf = [np.log((1 + len(rows)) / (1 + count)) + 1 for count in kept.values()]
    scales = np.array([value * (_SOUND_WEIGHT if name[0] == "p" else 1) for name, value in zip(kept, idf, strict=True)])
    return {name: at for at, name in enumerate(kept)}, scales.astype(np.float32)


def _matrix(rows: Sequence[Mapping[str, int]], vocabulary: Mapping[str, int], scales: Floats) -> Any:  # scipy has no types
    from scipy.sparse import csr_matrix

    values: list[float] = []
    columns: list[int] = []
    starts = [0]
    for row in rows:
        known = [(vocabulary[name], times) for name, times in row.items() if name in vocabulary]
        # The squared length counts a repeated feature once for each time, as `scores` does.
        square = sum(times * scales[column] ** 2 for column, times in known) + _UNKNOWN_SQUARE * (sum(row.values()) - sum(t for _, t in known))
        norm = max(square, 1e-6) ** 0.5
        values.extend(times * scales[column] / norm for column, times in known)
        columns.extend(column for column, _ in known)
        starts.append(len(columns))
    return csr_matrix((values, columns, starts), shape=(len(rows), len(vocabulary)))
