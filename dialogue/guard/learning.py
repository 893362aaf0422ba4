"""Makes meaning.npz out of the lessons: logistic regression over n-grams, then over what speaks for and against a sentence.

python -m dialogue.guard.learning [--out dialogue/guard/meaning.npz]

The second regression and the limit come from the trades, by folds: each reply is weighed by a model that saw none of its trade,
beside the texts of its own house. So what the house's own words count for is learnt where they are at hand.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from dialogue.guard.lessons import Lesson, lessons, sentences, trades
from dialogue.guard.meaning import BUCKETS, FILE, Floats, Learnt, Meaning, clauses, normal, pairs, places
from dialogue.guard.reading import read
from nlu.text import fold

Rows = npt.NDArray[np.intp]

FOLDS = 8
SENTENCES = 12
"""Of each lesson."""
WORDED = 40
"""Of each lawful lesson, for the pairs of characters that lawful talk knows."""
COST = 1.0
STOPPED = 0.28
"""Share of the trades' lawful replies that the limit stops, by folds, with nothing looked up for them, in a trade never seen;
of replies in a turn it stops a tenth as many. Chosen on tests/data/guard and tests/data/guard_dev."""
EVIDENCE = 9 + 5


@dataclass(frozen=True, slots=True)
class Material:
    """What is learnt from, as the guard reads it; `lesson` numbers the lesson of each text, a trade's reply is one by itself."""

    texts: tuple[str, ...]
    forbidden: npt.NDArray[np.bool_]
    lesson: Rows
    trade: Rows
    """The number of the trade among `own`, -1 for a lesson of no trade."""
    own: tuple[tuple[str, ...], ...]
    grams: csr_matrix
    lawful: tuple[frozenset[str], ...]
    """The pairs of characters of each lesson, none for a forbidden one."""

    @property
    def weight(self) -> Floats:
        """Every lesson counts the same, however many sentences it makes."""
        counts = np.maximum(1, np.bincount(self.lesson))
        return (SENTENCES / counts[self.lesson]).astype(np.float32)


@dataclass(frozen=True, slots=True)
class _Written:
    """One text that is learnt from."""

    text: str
    forbidden: bool
    lesson: int
    trade: int


def material(seed: int = 0) -> Material:
    """All lessons, written out, and the replies of all trades."""
    listed, houses = list(lessons()), list(trades())
    found = [
        _Written(normal(read(sentence).text), lesson.forbidden, number, -1)
        for number, lesson in enumerate(listed)
        for sentence in sentences(lesson, SENTENCES, seed)
    ]
    lawful = [frozenset() if one.forbidden else _worded(one, seed) for one in listed]
    for number, house in enumerate(houses):
        for forbidden, replies in ((False, house.lawful), (True, house.forbidden)):
            for reply in replies:
                text = normal(read(reply).text)
                found.append(_Written(text, forbidden, len(lawful), number))
                lawful.append(frozenset() if forbidden else frozenset(_pairs(text)))
    own = tuple(tuple(read(text).text for text in house.own) for house in houses)
    return _material(found, own, tuple(lawful))


def _material(found: Sequence[_Written], own: tuple[tuple[str, ...], ...], lawful: tuple[frozenset[str], ...]) -> Material:
    rows = [places(one.text) for one in found]
    starts = np.cumsum([0, *map(len, rows)])
    return Material(
        texts=tuple(one.text for one in found),
        forbidden=np.array([one.forbidden for one in found]),
        lesson=np.array([one.lesson for one in found]),
        trade=np.array([one.trade for one in found]),
        own=own,
        grams=csr_matrix((np.ones(starts[-1], np.float32), np.concatenate(rows), starts), (len(rows), BUCKETS)),
        lawful=lawful,
    )


def _worded(lesson: Lesson, seed: int) -> frozenset[str]:
    return frozenset(pair for text in sentences(lesson, WORDED, seed) for pair in _pairs(normal(fold(text))))


def learn(given: Material) -> tuple[Learnt, dict[str, float]]:
    """What the guard keeps, and how it does on trades that it has not seen, each by its own texts."""
    at = np.flatnonzero(given.trade >= 0)
    evidence = _evidence(given)
    forbidden = given.forbidden[at]
    sums = _second(evidence, forbidden)
    weighed = np.zeros(len(at), dtype=np.float32)
    fold = given.trade[at] % FOLDS
    for one in range(FOLDS):
        weighed[fold == one] = evidence[fold == one] @ _second(evidence[fold != one], forbidden[fold != one])
    limit = float(np.quantile(weighed[~forbidden], 1 - STOPPED))
    figures = {
        "lessons": float(given.lesson.max() + 1),
        "texts": float(len(given.texts)),
        "trades": float(len(given.own)),
        "area": float(roc_auc_score(forbidden, weighed)),
        "forbidden_stopped": float(np.mean(weighed[forbidden] > limit)),
        "lawful_stopped": float(np.mean(weighed[~forbidden] > limit)),
    }
    return replace(_first(given, np.arange(len(given.texts))), sums=sums, limit=limit), figures


def _evidence(given: Material) -> Floats:
    """What speaks for and against each reply of a trade, by n-grams of all lessons but those of its fold."""
    found: list[tuple[int, Floats]] = []
    for one in range(FOLDS):
        part = _first(given, np.flatnonzero((given.trade < 0) | (given.trade % FOLDS != one)))
        for number in range(one, len(given.own), FOLDS):
            meaning = Meaning(given.own[number], part)
            found += [(at, meaning.evidence(given.texts[at])) for at in np.flatnonzero(given.trade == number).tolist()]
    return np.array([evidence for _, evidence in sorted(found, key=lambda one: one[0])], dtype=np.float32)


def _second(evidence: Floats, forbidden: npt.NDArray[np.bool_]) -> Floats:
    """How much each sort of evidence counts, in its own unit; the constant is the last."""
    middle, spread = evidence.mean(axis=0), evidence.std(axis=0)
    spread[spread == 0] = 1.0
    machine = LogisticRegression(max_iter=2000)
    machine.fit((evidence - middle) / spread, forbidden)
    sums: Floats = (machine.coef_[0] / spread).astype(np.float32)
    sums[-1] = machine.intercept_[0] - float(sums[:-1] @ middle[:-1])
    return sums


def _first(given: Material, rows: Rows) -> Learnt:
    """The n-grams' weights, and the pairs of the lawful, from these rows."""
    machine = LogisticRegression(C=COST, solver="liblinear", class_weight="balanced")
    machine.fit(given.grams[rows], given.forbidden[rows], sample_weight=given.weight[rows])
    seen = Counter(pair for at in rows for pair in _pairs(given.texts[at]))
    lawful = frozenset().union(*(given.lawful[number] for number in np.unique(given.lesson[rows])))
    rarest = float(np.log(len(rows) + 1))
    rarity = {pair: rarest - float(np.log(seen[pair] + 1)) for pair in sorted(seen.keys() | lawful)}
    weights = machine.coef_[0].astype(np.float16).astype(np.float32)
    return Learnt(weights, float(machine.intercept_[0]), rarity, rarest, lawful, np.zeros(EVIDENCE, np.float32), 0.0)


def _pairs(text: str) -> set[str]:
    return {pair for clause in clauses(text) for pair in pairs(clause)}


def save(made: Learnt, path: Path) -> None:
    """As Learnt.load reads it."""
    np.savez_compressed(
        path,
        weights=made.weights.astype(np.float16),
        bias=np.float32(made.bias),
        pairs=np.array("".join(made.rarity)),
        rarity=np.array(list(made.rarity.values()), dtype=np.float16),
        rarest=np.float32(made.rarest),
        lawful=np.array([pair in made.lawful for pair in made.rarity]),
        sums=made.sums,
        limit=np.float32(made.limit),
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=FILE)
    options = parser.parse_args()
    made, figures = learn(material())
    save(made, options.out)
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
