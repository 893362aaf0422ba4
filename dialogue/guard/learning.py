"""Makes meaning.npz out of the lessons: logistic regression over n-grams, then trees over what speaks for and against a sentence.

python -m dialogue.guard.learning [--out dialogue/guard/meaning.npz]

The trees come from the trades and the first sentences of each lesson, by folds: each reply is weighed by a model that saw none of
its trade, beside the texts of its own house; each lesson by one that did not see it, beside those of the sample bot, for which it
was written. So what the house's own words count for is learnt where they are at hand. The limit comes from the trades.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from dialogue.bot_files import load_bot
from dialogue.facts import Facts
from dialogue.guard.context import GuardContext
from dialogue.guard.evidence import KINDS, Known, Suspicions, Texts
from dialogue.guard.grams import BUCKETS, clauses, gapped, normal, pairs, places
from dialogue.guard.guard import Guard, own_texts
from dialogue.guard.lessons import Lesson, Trade, lessons, sentences, trades
from dialogue.guard.meaning import FILE, Learnt
from dialogue.guard.reading import read
from dialogue.guard.tracing import trace
from dialogue.guard.trees import Floats, grown
from dialogue.guard_settings import GuardSettings
from nlu.text import fold

Rows = npt.NDArray[np.intp]
Clauses = tuple[tuple[str, ...], ...]
"""Texts, each its normalised clauses."""

SAMPLE = Path(__file__).parents[2] / "examples" / "cloud_sales"
"""The bot for which the lessons were written."""
FOLDS = 8
SENTENCES = 12
"""Of each lesson."""
WORDED = 40
"""Of each lawful lesson, for the pairs of characters that lawful talk knows."""
FIRST = 3
"""Sentences of each lesson that the trees see."""
COST = 0.3
TREES, DEPTH = 150, 3
STOPPED = 0.205
"""Share of the trades' lawful replies that the limit stops, by folds, with nothing looked up for them, in a trade never seen;
of replies in a turn it stops a tenth as many. Chosen on tests/data/guard and tests/data/guard_dev."""


_NONE = Suspicions()


@dataclass(frozen=True, slots=True)
class Material:
    """What is learnt from, as the guard reads it; `lesson` numbers the lesson of each text, a trade's reply is one by itself."""

    texts: tuple[str, ...]
    forbidden: npt.NDArray[np.bool_]
    lesson: Rows
    trade: Rows
    """The number of the trade among `own`, -1 for a lesson of no trade."""
    own: tuple[Clauses, ...]
    """The texts of each house; the last are the sample bot's, whose lessons are those of no trade."""
    grams: csr_matrix
    """(texts, 3 * BUCKETS): all n-grams, those that the house's texts do not have, pairs with a gap."""
    lawful: tuple[frozenset[str], ...]
    """The pairs of characters of each lesson, none for a forbidden one."""
    suspicions: tuple[Suspicions, ...]

    @property
    def weight(self) -> Floats:
        """Every lesson counts the same, however many sentences it makes."""
        counts = np.maximum(1, np.bincount(self.lesson))
        return (SENTENCES / counts[self.lesson]).astype(np.float32)

    @property
    def weighed(self) -> Rows:
        """The texts that the trees see: the replies of houses, and the first sentences of each lesson."""
        starts = np.flatnonzero(np.diff(self.lesson, prepend=-1))
        place = np.arange(len(self.texts)) - starts[self.lesson]
        return np.flatnonzero(place < FIRST)

    @property
    def fold(self) -> npt.NDArray[np.int_]:
        """Of each text: all of a house, all of a lesson lie in one."""
        return np.where(self.trade >= 0, self.trade, self.lesson) % FOLDS


@dataclass(frozen=True, slots=True)
class _Written:
    """One text that is learnt from."""

    text: str
    forbidden: bool
    lesson: int
    trade: int
    suspicions: Suspicions = _NONE


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
        for one in _replies(house, number, len(lawful)):
            found.append(one)
            lawful.append(frozenset() if one.forbidden else frozenset(_pairs(one.text)))
    own = (*(_clauses(house.own) for house in houses), _clauses(_of_sample()))
    return _material(found, own, tuple(lawful))


def _of_sample() -> Iterator[str]:
    bot = load_bot(SAMPLE)
    return own_texts(bot.facts, (variation.text for variations in bot.domain.responses.values() for variation in variations))


def _clauses(texts: Iterable[str]) -> Clauses:
    return tuple(tuple(clauses(normal(read(text).text))) for text in texts)


def _replies(house: Trade, number: int, lesson: int) -> Iterator[_Written]:
    guard, context = Guard(Facts(), GuardSettings(claims=False), house.own), GuardContext()
    ledger = guard.ledger(context)
    for at, reply in enumerate((*house.lawful, *house.forbidden)):
        reading = read(reply)
        found = guard.suspicions(reading, trace(reading, ledger))
        yield _Written(normal(reading.text), at >= len(house.lawful), lesson + at, number, found)


def _material(found: Sequence[_Written], own: tuple[Clauses, ...], lawful: tuple[frozenset[str], ...]) -> Material:
    nothing = Known(np.zeros((3, 1), np.float32), 0.0, {}, 1.0, frozenset())
    texts = [Texts(house, nothing) for house in own]
    grams = [places(one.text) for one in found]
    new = [texts[written.trade].new(one) for one, written in zip(grams, found, strict=True)]
    gaps = [gapped(one.text) for one in found]
    return Material(
        texts=tuple(one.text for one in found),
        forbidden=np.array([one.forbidden for one in found]),
        lesson=np.array([one.lesson for one in found]),
        trade=np.array([one.trade for one in found]),
        own=own,
        grams=csr_matrix(hstack([_counted(grams), _counted(new), _counted(gaps)])),
        lawful=lawful,
        suspicions=tuple(one.suspicions for one in found),
    )


def _counted(rows: Sequence[npt.NDArray[np.int64]]) -> csr_matrix:
    starts = np.cumsum([0, *map(len, rows)])
    return csr_matrix((np.ones(starts[-1], np.float32), np.concatenate(rows), starts), (len(rows), BUCKETS))


def _worded(lesson: Lesson, seed: int) -> frozenset[str]:
    return frozenset(pair for text in sentences(lesson, WORDED, seed) for pair in _pairs(normal(fold(text))))


def learn(given: Material) -> tuple[Learnt, dict[str, float]]:
    """What the guard keeps, and how it does on trades that it has not seen, each by its own texts."""
    at = given.weighed
    forbidden, fold, of_trade = given.forbidden[at], given.fold[at], given.trade[at] >= 0
    evidence = _evidence(given)
    weighed = np.zeros(len(at), dtype=np.float32)
    for one in range(FOLDS):
        trees = grown(evidence[fold != one], forbidden[fold != one], TREES, DEPTH)
        weighed[fold == one] = [trees.weigh(row) for row in evidence[fold == one]]
    limit = float(np.quantile(weighed[of_trade & ~forbidden], 1 - STOPPED))
    figures = {
        "lessons": float(given.lesson.max() + 1),
        "texts": float(len(given.texts)),
        "trades": float(len(given.own) - 1),
        "area": float(roc_auc_score(forbidden[of_trade], weighed[of_trade])),
        "forbidden_stopped": float(np.mean(weighed[of_trade & forbidden] > limit)),
        "lawful_stopped": float(np.mean(weighed[of_trade & ~forbidden] > limit)),
    }
    return Learnt(_known(given, np.arange(len(given.texts))), grown(evidence, forbidden, TREES, DEPTH), limit), figures


def _evidence(given: Material) -> Floats:
    """What speaks for and against each text that is weighed, by n-grams of all but those of its fold."""
    at, fold = given.weighed, given.fold
    found = np.zeros((len(at), KINDS), dtype=np.float32)
    for one in range(FOLDS):
        part = _known(given, np.flatnonzero(fold != one))
        rows = np.flatnonzero(fold[at] == one)
        houses = {number: Texts(given.own[number], part) for number in np.unique(given.trade[at[rows]]).tolist()}
        for row in rows:
            text = at[row]
            found[row] = houses[given.trade[text]].evidence(given.texts[text], given.suspicions[text])
    return found


def _known(given: Material, rows: Rows) -> Known:
    """The n-grams' weights, and the pairs of the lawful, from these rows."""
    machine = LogisticRegression(C=COST, solver="liblinear", class_weight="balanced")
    machine.fit(given.grams[rows], given.forbidden[rows], sample_weight=given.weight[rows])
    seen = Counter(pair for at in rows for pair in _pairs(given.texts[at]))
    lawful = frozenset().union(*(given.lawful[number] for number in np.unique(given.lesson[rows])))
    rarest = float(np.log(len(rows) + 1))
    rarity = {pair: rarest - float(np.log(seen[pair] + 1)) for pair in sorted(seen.keys() | lawful)}
    weights = machine.coef_[0].reshape(3, BUCKETS).astype(np.float16).astype(np.float32)
    return Known(weights, float(machine.intercept_[0]), rarity, rarest, lawful)


def _pairs(text: str) -> set[str]:
    return {pair for clause in clauses(text) for pair in pairs(clause)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=FILE)
    options = parser.parse_args()
    made, figures = learn(material())
    made.save(options.out)
    print(json.dumps(figures))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
