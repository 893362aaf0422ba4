"""Where a new need begins in a sentence: a score for each place between two words, learnt from how needs begin and end."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from nlu.features import Sentence, word_span
from nlu.linear import Floats
from nlu.text import NUMBER_SIGN

_SEEN = "~"
"""The feature that is a number: what an encoder gives a place, in [-1, 1]."""
_SEEN_RANGE = 6.0
NEVER = -1e9
"""The score of a place that is no place to cut: the sentence's edges, the inside of an entity, the words beside a pause."""
_TOPIC_GROUPS = ("i", "you", "this", "that", "be", "of", "product", "spec", "period", "lead", "ask", "time", "filler")
_TOPICS = frozenset(f"<{name}>" for name in _TOPIC_GROUPS)
"""Groups of words that only name what is spoken of, or fill a pause."""
_PAUSES = frozenset("，,。.！!？?；;…~\n")
_BESIDE = 2
"""Words within which a pause draws a cut to itself: of the sample bot's 194 cuts with a pause so near, 193 lie at it."""
_STRONG_MARKS = frozenset("。.!?;…~\n")


@dataclass(frozen=True, slots=True)
class CutModel:
    """A logistic model of single places: the weights of its features add up to the log-odds of a cut."""

    weights: Mapping[str, float]
    bias: float

    def logits(self, sentence: Sentence) -> Floats:
        """Log-odds that a need begins at word i: shape (words + 1,)."""
        odds = np.full(len(sentence) + 1, NEVER, dtype=np.float32)
        closed = _closed(sentence)
        seen = _seen(sentence)
        for at in range(1, len(sentence)):
            if at not in closed:
                odds[at] = self.bias + sum(self.weights.get(name, 0.0) for name in features(sentence, at))
                odds[at] += self.weights.get(_SEEN, 0.0) * seen[at]
        return odds


NO_CUTS = CutModel({}, NEVER)
"""For data without compound sentences: nothing is ever cut."""


def features(sentence: Sentence, at: int) -> Iterator[str]:
    """What can be seen from the place before word `at`: words, sounds and groups on both sides, punctuation, entities, edges."""
    words, sounds = sentence.words, sentence.sounds
    left = [word.text for word in words[max(0, at - 3) : at]]
    right = [word.text for word in words[at : at + 3]]
    for length in range(1, len(right) + 1):
        yield f"R{' '.join(right[:length])}"
    for length in range(1, len(left) + 1):
        yield f"L{' '.join(left[-length:])}"
    yield f"X{left[-1]} {right[0]}"
    yield f"r{' '.join(sounds[at : at + 2])}"
    yield f"l{' '.join(sounds[max(0, at - 2) : at])}"
    before, after = _symbols(sentence, at)
    yield f"G>{after[0] if after else ''}"
    yield f"G>>{' '.join(after)}"
    yield f"<G{before[-1] if before else ''}"
    yield f"<G>{before[-1] if before else ''} {after[0] if after else ''}"
    left_bag = {symbol for symbol, _, end in sentence.groups if end <= at and symbol[0] == "<"}
    right_bag = {symbol for symbol, start, _ in sentence.groups if start >= at and symbol[0] == "<"}
    yield from (f"A{symbol}" for symbol in left_bag or ("",))
    yield from (f"Z{symbol}" for symbol in right_bag or ("",))
    mark = _mark(sentence.marks[at])
    yield f"M{mark}"
    yield f"M{mark} {right[0]}"
    yield f"b{min(at, 6)}"
    yield f"e{min(len(words) - at, 6)}"
    for entity in sentence.entities:
        if entity.start == words[at].start:
            yield f"@<{entity.entity}"
        if entity.end == words[at - 1].end:
            yield f"@>{entity.entity}"


@dataclass(frozen=True, slots=True)
class CutTable:
    """The places of many sentences as one sparse matrix, from which any choice of the sentences can be fitted."""

    vocabulary: Mapping[str, int]
    matrix: Any  # scipy.sparse.csr_matrix, which has no types
    is_cut: npt.NDArray[np.bool_]
    owners: npt.NDArray[np.int64]
    """The sentence that each row belongs to."""
    sentences: int


def says(sentence: Sentence) -> npt.NDArray[np.bool_]:
    """For each word whether it says something about a topic; 这个四核的云主机 only names one. Shape (words,)."""
    saying = np.ones(len(sentence), dtype=bool)
    for symbol, start, end in sentence.groups:
        saying[start:end] = symbol not in _TOPICS
    for word, named in enumerate(sentence.words):
        saying[word] &= named.text != NUMBER_SIGN
    for entity in sentence.entities:
        start, end = word_span(sentence, entity.start, entity.end)
        saying[start:end] = False
    return saying


def tabulate(examples: Sequence[tuple[Sentence, tuple[int, ...] | None]], after: CutTable | None = None) -> CutTable:
    """From sentences and their true cuts (word positions; None: it teaches nothing of cuts); behind those of `after`."""
    from scipy.sparse import csr_matrix, vstack

    vocabulary: dict[str, int] = {} if after is None else dict(after.vocabulary)
    first = 0 if after is None else after.sentences
    columns: list[int] = []
    values: list[float] = []
    starts, labels, owners = [0], [], []
    for number, (sentence, cuts) in enumerate(examples, start=first):
        if cuts is None:
            continue
        closed, seen = _closed(sentence), _seen(sentence)
        for at in range(1, len(sentence)):
            if at in closed:
                continue
            columns.extend([vocabulary.setdefault(name, len(vocabulary)) for name in features(sentence, at)])
            values.extend([1.0] * (len(columns) - len(values)))
            if sentence.view is not None:
                columns.append(vocabulary.setdefault(_SEEN, len(vocabulary)))
                values.append(seen[at])
            starts.append(len(columns))
            labels.append(at in cuts)
            owners.append(number)
    matrix = csr_matrix((np.array(values, dtype=np.float32), columns, starts), shape=(len(labels), len(vocabulary)))
    is_cut, of = np.array(labels, dtype=bool), np.array(owners, dtype=np.int64)
    if after is not None:
        before = after.matrix.copy()
        before.resize(before.shape[0], len(vocabulary))
        matrix = vstack([before, matrix], format="csr")
        is_cut, of = np.concatenate([after.is_cut, is_cut]), np.concatenate([after.owners, of])
    return CutTable(vocabulary, matrix, is_cut, of, first + len(examples))


def fit(table: CutTable, chosen: Sequence[int], seed: int) -> CutModel:
    """Learn from the sentences with these numbers; a number that stands twice counts twice."""
    from sklearn.linear_model import LogisticRegression

    times = np.bincount(np.asarray(chosen, dtype=np.int64), minlength=table.sentences)
    importance = times[table.owners].astype(float)
    rows = np.flatnonzero(importance)
    if len(set(table.is_cut[rows].tolist())) < 2:
        return NO_CUTS
    model = LogisticRegression(C=1.0, solver="liblinear", tol=1e-2, random_state=seed)
    model.fit(table.matrix[rows], table.is_cut[rows], sample_weight=importance[rows])
    weights = {name: weight for name, weight in zip(table.vocabulary, model.coef_[0].tolist(), strict=True) if weight}
    return CutModel(weights, float(model.intercept_[0]))


def _seen(sentence: Sentence) -> list[float]:
    """What an encoder gives each place, in [-1, 1]; zeros where there is none."""
    if sentence.view is None:
        return [0.0] * len(sentence)
    shares: list[float] = np.clip(sentence.view.cut_odds() / _SEEN_RANGE, -1.0, 1.0).tolist()
    return shares


def _symbols(sentence: Sentence, at: int) -> tuple[list[str], list[str]]:
    """The symbol before a place and the two behind it; none where a group of words lies across it."""
    starts = [start for _, start, _ in sentence.groups]
    place = bisect_left(starts, at)
    if (place < len(starts) and starts[place] != at) or place == len(starts):
        return [], []
    return [sentence.groups[place - 1][0]], [symbol for symbol, _, _ in sentence.groups[place : place + 2]]


def _mark(marks: str) -> str:
    if not marks:
        return ""
    return "." if _STRONG_MARKS & set(marks) else ","


def _closed(sentence: Sentence) -> frozenset[int]:
    """The places that are no place to cut: inside an entity, or right beside a pause where the sentence was cut by its writer."""
    return _inside_entities(sentence) | _beside_pauses(sentence)


def _beside_pauses(sentence: Sentence) -> frozenset[int]:
    pauses = {at for at in range(1, len(sentence)) if _PAUSES & set(sentence.marks[at])}
    return frozenset(at + by for at in pauses for by in range(-_BESIDE, _BESIDE + 1)) - pauses


def _inside_entities(sentence: Sentence) -> frozenset[int]:
    spans = (word_span(sentence, entity.start, entity.end) for entity in sentence.entities)
    return frozenset(at for start, end in spans for at in range(start + 1, end))
