"""What is settled on held-out sentences: the weight of the deep part, calibration, cutting and threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import numpy.typing as npt

from nlu.confidence import NONE, Calibration, fit
from nlu.metrics import Share
from nlu.segmentation import Cutting
from nlu.student.folder import Settled
from nlu.student.material import Compound, Material, Piece
from nlu.student.parser import StudentParser, parts_of, upper
from nlu.student.scoring import Head, score

Floats = npt.NDArray[np.float32]
_DEEP = (0.0, 0.03, 0.06, 0.1, 0.15, 0.25, 0.4, 1.0)
_LIKELY_WEIGHT = 0.3
"""Of the mean log-probability beside the share of right answers, which alone moves by chance (decision 0014)."""
_WEIGHTS, _BIASES = (0.5, 1.0, 2.0), (-3.0, -1.5, 0.0, 1.5)
_THRESHOLDS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
_MOST_PLACES = 8
"""Ten cuts make 45 parts, which take a millisecond or two."""


@dataclass(frozen=True, slots=True)
class HeldOut:
    """How the settled model did on sentences that it was not trained on."""

    accuracy: Share
    compound_exact: Share
    oos_recall: Share
    exact_match: Share


def settle(
    parser: StudentParser, held: Material, compounds: Sequence[Compound], deep: float | None = None
) -> tuple[Settled, HeldOut]:
    """The settings that do best on `held` and `compounds`, and how well that is; `deep` is the deep part's weight if known."""
    settled = parser.student.settled
    known = [piece for piece in held.singles if piece.label in settled.labels]
    if known:
        weight, calibration = _mixed(parser, known, _DEEP if deep is None else (deep,))
        settled = replace(settled, deep=weight, calibration=calibration)
    if compounds:
        settled = _cutting(_with(parser, settled), compounds)
    if any(piece.label == NONE for piece in held.singles):
        settled = replace(settled, threshold=_threshold(_with(parser, settled), held.singles))
    return settled, judge(_with(parser, settled), held.singles, compounds)


def judge(parser: StudentParser, pieces: Sequence[Piece], compounds: Sequence[Compound]) -> HeldOut:
    """Figures of a parser as it stands."""
    simple = [(set(parser.parse(piece.text).intents), piece.label) for piece in pieces]
    right = [found == {label} for found, label in simple if label != NONE]
    silent = [not found for found, label in simple if label == NONE]
    exact = [set(parser.parse(one.text).intents) == set(one.labels) for one in compounds]
    every = [*right, *silent, *exact]
    return HeldOut(*(Share.of(sum(hits), len(hits)) for hits in (right, exact, silent, every)))


def _with(parser: StudentParser, settled: Settled) -> StudentParser:
    head = replace(parser.student.head, deep=settled.deep)
    return StudentParser(replace(parser.student, settled=settled, head=head), parser.encoder)


def _mixed(parser: StudentParser, pieces: Sequence[Piece], weights: Sequence[float]) -> tuple[float, Calibration]:
    """Of the deep part's `weights` the one that reads most pieces rightly, with the calibration that makes labels likeliest."""
    labels = parser.student.settled.labels
    linear = _margins(replace(parser.student.head, deep=0.0), parser, pieces)
    deep = _margins(replace(parser.student.head, lengths=None, deep=1.0), parser, pieces)
    gold = [piece.label for piece in pieces]
    columns = [labels.index(label) for label in gold]
    best: tuple[float, float, Calibration] | None = None
    for weight in weights:
        margins = linear + np.float32(weight) * deep
        calibration = fit(margins, gold, labels)
        likely = calibration.log_probabilities(margins, labels)
        right = float((likely.argmax(axis=1) == columns).mean())
        worth = right + _LIKELY_WEIGHT * float(likely[np.arange(len(gold)), columns].mean())
        if best is None or worth > best[0]:
            best = worth, weight, calibration
    assert best is not None
    return best[1], best[2]


def _margins(head: Head, parser: StudentParser, pieces: Sequence[Piece]) -> Floats:
    rows = []
    for piece in pieces:
        tokens = parser.encoder.see(piece.text).tokens
        rows.append(score(tokens, head, [(0, len(tokens.hidden))])[0])
    return np.stack(rows)


def _cutting(parser: StudentParser, compounds: Sequence[Compound]) -> Settled:
    """The eagerness to cut that reads most compounds rightly, and whether it helps to take all needs for different."""
    repeated = any(len(set(one.labels)) < len(one.labels) for one in compounds)
    cuttings = [Cutting(weight, bias, max_places=_MOST_PLACES) for weight, bias in product(_WEIGHTS, _BIASES)]
    settled = parser.student.settled
    options = [
        replace(settled, cutting=one, distinct=distinct)
        for distinct in (False, *(() if repeated else (True,)))
        for one in cuttings
    ]
    reader = _with(parser, options[0])
    charts = [reader.chart(reader.encoder.see(one.text)) for one in compounds]
    scored = [(upper(settled.calibration.log_probabilities(chart.margins, settled.labels)), chart.odds) for chart in charts]

    def hits(option: Settled) -> int:
        found = ([option.labels[part.label] for part in parts_of(option, *one)] for one in scored)
        return sum(tuple(labels) == compound.labels for labels, compound in zip(found, compounds, strict=True))

    return max(options, key=hits)


def _threshold(parser: StudentParser, pieces: Sequence[Piece]) -> float:
    """The confidence below which a need is none: the one with most sentences right."""
    read = [(parser.parse(piece.text), piece.label) for piece in pieces]

    def hits(threshold: float) -> int:
        found = ((tuple(need.intent for need in one.needs if need.confidence >= threshold), label) for one, label in read)
        return sum(intents == (() if label == NONE else (label,)) for intents, label in found)

    return max(_THRESHOLDS, key=hits)
