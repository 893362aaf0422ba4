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
                sums[place, -1] += _UNKNOWN_SQUARE
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
        return margins

    def whole(self, sentence: Sentence) -> Floats:
        """Margins of the sentence as one part: shape (labels,)."""
        margins: Floats = self.scores(sentence, (0, len(sentence)))[0, 1]
        return margins

    def _add(self, sums: Floats, features: Sequence[str]) -> None:
        """Add features to sums of shape (..., labels + 1) in place."""
        for row in map(self.vocabulary.get, features):
            if row is None:
                sums[..., -1] += _UNKNOWN_SQUARE
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
        unknown = sum(row.values()) - sum(times for _, times in known)
        square = sum(times * scales[column] ** 2 for column, times in known) + _UNKNOWN_SQUARE * unknown
        norm = max(square, 1e-6) ** 0.5
        values.extend(times * scales[column] / norm for column, times in known)
        columns.extend(column for column, _ in known)
        starts.append(len(columns))
    return csr_matrix((values, columns, starts), shape=(len(rows), len(vocabulary)))
