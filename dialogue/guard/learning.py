"""Makes meaning.npz out of the lessons: logistic regression over n-grams, then over what speaks for and against a sentence.

python -m dialogue.guard.learning [--bot examples/cloud_sales] [--out dialogue/guard/meaning.npz]

The second regression and the limit come from folds: each lesson is weighed by a model that saw none of its sentences.
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

from dialogue.bot_files import load_bot
from dialogue.guard.guard import texts_of
from dialogue.guard.lessons import Lesson, lessons, sentences
from dialogue.guard.meaning import BUCKETS, FILE, Floats, Learnt, Meaning, clauses, normal, pairs, places
from dialogue.guard.reading import read
from nlu.text import fold

Rows = npt.NDArray[np.intp]

FOLDS = 5
SENTENCES = 12
"""Of each lesson."""
WORDED = 40
"""Of each lawful lesson, for the pairs of characters that lawful talk knows."""
COST = 1.0
STOPPED = 0.09
"""Share of the lawful lessons' sentences that the limit stops, by folds; of whole replies on a bot's own facts it stops a tenth
as many. Chosen on tests/data/guard, the sets up to the twelfth."""
EVIDENCE = 8 + 5


@dataclass(frozen=True, slots=True)
class Material:
    """The lessons' sentences as the guard reads them; `lesson` numbers the lesson of each."""

    texts: tuple[str, ...]
    forbidden: npt.NDArray[np.bool_]
    lesson: Rows
    grams: csr_matrix
    lawful: tuple[frozenset[str], ...]
    """The pairs of characters of each lesson, none for a forbidden one."""

    @property
    def weight(self) -> Floats:
        """Every lesson counts the same, however many sentences it makes."""
        counts = np.bincount(self.lesson)
        return (SENTENCES / counts[self.lesson]).astype(np.float32)


def material(seed: int = 0) -> Material:
    """All lessons, written out."""
    listed = list(lessons())
    found = [
        (normal(read(sentence).text), lesson.forbidden, number)
        for number, lesson in enumerate(listed)
        for sentence in sentences(lesson, SENTENCES, seed)
    ]
    texts, forbidden, lesson = zip(*found, strict=True)
    rows = [places(text) for text in texts]
    starts = np.cumsum([0, *map(len, rows)])
    grams = csr_matrix((np.ones(starts[-1], np.float32), np.concatenate(rows), starts), (len(rows), BUCKETS))
    lawful = tuple(frozenset() if one.forbidden else _worded(one, seed) for one in listed)
    return Material(tuple(texts), np.array(forbidden), np.array(lesson), grams, lawful)


def _worded(lesson: Lesson, seed: int) -> frozenset[str]:
    return frozenset(pair for text in sentences(lesson, WORDED, seed) for pair in _pairs(normal(fold(text))))


def learn(given: Material, own: Sequence[str]) -> tuple[Learnt, dict[str, float]]:
    """What the guard keeps, and how it does on lessons that it has not seen."""
    chance = np.random.default_rng(0)
    fold = chance.integers(0, FOLDS, given.lesson.max() + 1)[given.lesson]
    evidence = np.zeros((len(given.texts), EVIDENCE), dtype=np.float32)
    for one in range(FOLDS):
        part = Meaning(own, _first(given, np.flatnonzero(fold != one)))
        for at in np.flatnonzero(fold == one):
            evidence[at] = part.evidence(given.texts[at])
    second = LogisticRegression(C=1.0, max_iter=1000, fit_intercept=False)
    second.fit(evidence, given.forbidden, sample_weight=given.weight)
    sums = second.coef_[0].astype(np.float32)
    weighed = evidence @ sums
    limit = float(np.quantile(weighed[~given.forbidden], 1 - STOPPED))
    figures = {
        "lessons": float(given.lesson.max() + 1),
        "sentences": float(len(given.texts)),
        "forbidden_stopped": float(np.mean(weighed[given.forbidden] > limit)),
        "lawful_stopped": float(np.mean(weighed[~given.forbidden] > limit)),
    }
    return replace(_first(given, np.arange(len(given.texts))), sums=sums, limit=limit), figures


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
    parser.add_argument("--bot", type=Path, default=Path("examples/cloud_sales"), help="the bot whose texts count as its own")
    parser.add_argument("--out", type=Path, default=FILE)
    options = parser.parse_args()
    own = [read(text).text for text in texts_of(load_bot(options.bot))]
    made, figures = learn(material(), own)
    save(made, options.out)
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
