"""What the student must beat: a linear support vector machine over TF-IDF n-grams, trained in the same run on the same data."""

from __future__ import annotations

import random
from collections.abc import Sequence

from nlu.confidence import NONE
from nlu.metrics import Share

_MOST_ROWS = 6000
"""More rows make the n-grams of long sentences slow; a sample of so many is taken then."""
Labelled = tuple[str, frozenset[str]]


def exact_match(train: Sequence[Labelled], held: Sequence[Labelled], seed: int = 0) -> Share:
    """How often the set of labels is right. Characters 1-5; for Latin text also words 1-2. Several labels: one machine each."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_union

    rows = random.Random(seed).sample(list(train), _MOST_ROWS) if len(train) > _MOST_ROWS else list(train)
    characters = TfidfVectorizer(analyzer="char", ngram_range=(1, 5), min_df=1 + (len(rows) > 4000), sublinear_tf=True)
    latin = sum(text.isascii() for text, _ in rows) > len(rows) / 2
    words = TfidfVectorizer(analyzer="word", token_pattern=r"\S+", ngram_range=(1, 2), sublinear_tf=True)
    vectors = make_union(characters, words) if latin else characters
    table, asked = vectors.fit_transform([text for text, _ in rows]), vectors.transform([text for text, _ in held])
    found = _predicted(table, [labels for _, labels in rows], asked)
    return Share.of(sum(one == labels for one, (_, labels) in zip(found, held, strict=True)), len(held))


def _predicted(table: object, labels: Sequence[frozenset[str]], asked: object) -> list[frozenset[str]]:
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.preprocessing import MultiLabelBinarizer
    from sklearn.svm import LinearSVC

    if all(len(one) == 1 for one in labels):
        machine = LinearSVC(random_state=0).fit(table, [next(iter(one)) for one in labels])
        return [frozenset({str(label)} - {NONE}) for label in machine.predict(asked)]
    binarizer = MultiLabelBinarizer()
    machines = OneVsRestClassifier(LinearSVC(random_state=0)).fit(table, binarizer.fit_transform(labels))
    return [frozenset(one) - {NONE} for one in binarizer.inverse_transform(machines.predict(asked))]
