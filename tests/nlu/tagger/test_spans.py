"""Spans and their probabilities from the scores of a linear-chain CRF."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from nlu.tagger.spans import Span, best_spans, forbidden, span_marginals

RNG = np.random.default_rng(7)
SCORES = RNG.normal(size=(5, 5))
TRANSITIONS = np.where(forbidden(2), -np.inf, RNG.normal(size=(6, 5)))


def by_hand() -> dict[tuple[int, int, int], float]:
    """Probabilities of spans by adding up every path."""
    total, spans = 0.0, dict[tuple[int, int, int], float]()
    for path in itertools.product(range(5), repeat=5):
        before = (0, *(tag + 1 for tag in path))
        weight = float(np.exp(sum(SCORES[at, tag] + TRANSITIONS[before[at], tag] for at, tag in enumerate(path))))
        total += weight
        starts = [at for at, tag in enumerate(path) if tag % 2]
        for start in starts:
            end = start + 1
            while end < 5 and path[end] == path[start] + 1:
                end += 1
            key = (start, end, path[start] // 2)
            spans[key] = spans.get(key, 0.0) + weight
    return {key: weight / total for key, weight in spans.items() if weight / total > 0.01}


def test_the_probability_of_a_span_is_the_share_of_paths_with_it() -> None:
    found = {(one.start, one.end, one.type): one.probability for one in span_marginals(SCORES, TRANSITIONS)}
    assert found == pytest.approx(by_hand())


def test_the_likeliest_spans_without_overlap_are_kept() -> None:
    spans = (Span(0, 2, 0, 0.6), Span(1, 4, 0, 0.9), Span(4, 5, 1, 0.4), Span(3, 5, 1, 0.5))
    assert best_spans(spans, 0.3) == (spans[1], spans[2])
    assert best_spans(spans, 0.45) == (spans[1],)
    assert best_spans((), 0.3) == ()


def test_no_characters_have_no_spans() -> None:
    assert span_marginals(np.zeros((0, 5)), TRANSITIONS) == ()
