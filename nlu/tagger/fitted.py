"""Networks fitted to marked sentences, with all that is needed to ask them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from tqdm import tqdm

from nlu.pinyin import Syllables
from nlu.tagger.inputs import features, known_hashes, rows_of
from nlu.tagger.learning import Fitting, Sentence, fit, scores_of
from nlu.tagger.network import Network, Shape
from nlu.tagger.rows import Gold, Row
from nlu.tagger.settings import EntityTraining
from nlu.tagger.spans import Span
from nlu.tagger.tagger import Knowledge
from nlu.tagger.words import Words


@dataclass(frozen=True, slots=True)
class Course:
    """What stays the same through a run."""

    config: EntityTraining
    words: Words
    syllables: Syllables
    types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fitted:
    """Networks whose scores are averaged, over the same rows of features."""

    networks: tuple[Network, ...]
    knowledge: Knowledge

    def spans(self, text: str) -> tuple[Span, ...]:
        """Every span of a text that is likely enough to be shown, overlaps included."""
        rows = self.knowledge.rows(text)
        scores = np.stack([scores_of(network, rows) for network in self.networks]).mean(axis=0).astype(np.float64)
        return self.knowledge.likely(scores)


def fit_networks(rows: Sequence[Row], course: Course, seeds: Sequence[int], what: str) -> Fitted:
    """One network a seed; `what` names the work in the progress bar."""
    config = course.config
    hashes = [features(row.text, course.words, course.syllables) for row in rows]
    known = known_hashes(hashes, config.min_count)
    sentences = [Sentence(rows_of(one, known), _tags(row, course.types)) for one, row in zip(hashes, rows, strict=True)]
    shape = Shape(len(course.types), len(known) + 1, config.embedding, config.width, config.layers)
    networks: list[Network] = []
    with tqdm(total=len(seeds) * config.epochs, desc=what, unit="epoch", leave=False, disable=None) as bar:
        for seed in seeds:
            networks.append(fit(sentences, shape, _fitting(config), config.seed + seed, lambda: _tick(bar)))
    transitions = np.stack([network.transitions.detach().numpy() for network in networks]).mean(axis=0).astype(np.float64)
    return Fitted(tuple(networks), Knowledge(course.types, known, transitions, 0.5, course.words, course.syllables))


def with_threshold(fitted: Fitted, threshold: float) -> Fitted:
    """The same with another threshold."""
    return replace(fitted, knowledge=replace(fitted.knowledge, threshold=threshold))


def named(spans: Sequence[Span], types: Sequence[str]) -> Gold:
    """Spans by the names of their types."""
    return frozenset((span.start, span.end, types[span.type]) for span in spans)


def _tick(bar: Any) -> None:
    bar.update()


def _fitting(config: EntityTraining) -> Fitting:
    return Fitting(
        config.epochs,
        config.batch_size,
        config.learning_rate,
        config.direct_learning_rate,
        config.weight_decay,
        config.dropout,
        config.feature_dropout,
    )


def _tags(row: Row, types: Sequence[str]) -> npt.NDArray[np.int64]:
    tags = {"O": 0}
    for at, name in enumerate(types):
        tags |= {f"B-{name}": 1 + 2 * at, f"I-{name}": 2 + 2 * at}
    return np.array([tags[mark] for mark in row.marks], dtype=np.int64)
