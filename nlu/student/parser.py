"""A student as a Parser: needs with their spans, from the scores of the parts of a sentence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from nlu.confidence import NONE
from nlu.segmentation import Part, best_parts, places
from nlu.student.distinct import best_distinct
from nlu.student.encoder import Seen, StudentEncoder
from nlu.student.folder import Settled, Student, load
from nlu.student.joiners import Joiners
from nlu.student.scoring import cut_odds, score
from nlu.text import trimmed
from nlu.understanding import Guess, Need, Understanding

Floats = npt.NDArray[np.float32]
_NEVER = np.float32(-1e4)


@dataclass(frozen=True, slots=True)
class Chart:
    """The parts of a sentence between the tokens `cuts`: `margins` (cuts, cuts, labels); `odds` (cuts,) of each cut."""

    cuts: tuple[int, ...]
    margins: Floats
    odds: Floats


@dataclass(frozen=True, slots=True)
class StudentParser:
    """Reads one utterance in about a millisecond, on one core. Thread safe."""

    student: Student
    encoder: StudentEncoder = field(repr=False)
    _joiners: Joiners = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_joiners", Joiners(self.student.settled.joiners, self.student.network.inputs.marks))

    @classmethod
    def load(cls, place: Path) -> StudentParser:
        """From a model's folder, or from one of its ONNX files. Raises ModelError."""
        student = load(place)
        return cls(student, StudentEncoder.of(student.network))

    def parse(self, text: str) -> Understanding:
        """Understand one utterance; an empty one gives no needs."""
        seen = self.encoder.see(text)
        if not seen.read.tokens:
            return Understanding(text)
        settled = self.student.settled
        chart = self.chart(seen)
        likely = settled.calibration.log_probabilities(chart.margins, settled.labels)
        parts = parts_of(settled, upper(likely), chart.odds)
        spans = [(part.start, part.end) for part in parts] or [(0, len(chart.cuts) - 1)]
        needs = [self._need(seen, chart, likely[span], span) for span in spans]
        sure = tuple(need for need in needs if need.intent != NONE and need.confidence >= settled.threshold)
        ranking = _ranking(likely[0, -1], settled.labels)
        return Understanding(text, sure, (), _confidence(sure, ranking), ranking)

    def parse_heard(self, text: str, alternatives: Sequence[tuple[str, float]]) -> Understanding:
        """The same with a recogniser's other readings, each with its log-probability: the needs that most of them agree on.

        `text` weighs as much as the best reading unless it is among them. Where other readings win, the best of those is
        given, its own text with it.
        """
        scores = dict(alternatives)
        scores.setdefault(text, max(scores.values(), default=0.0))
        weights = np.exp(np.array(list(scores.values())) - max(scores.values()))
        weights /= weights.sum()
        votes: dict[tuple[str, ...], list[tuple[float, Understanding]]] = defaultdict(list)
        for reading, weight in zip(scores, weights.tolist(), strict=True):
            understood = self.parse(reading)
            votes[understood.intents].append((weight * understood.confidence, understood))
        best = max(votes.values(), key=lambda group: sum(worth for worth, _ in group))
        said = [understood for _, understood in best if understood.text == text]
        chosen = said[0] if said else max(best, key=lambda one: one[0])[1]
        return replace(chosen, confidence=round(min(1.0, sum(worth for worth, _ in best)), 4))

    def chart(self, seen: Seen) -> Chart:
        """Every part between two promising places, scored. The sentence must have a token."""
        tokens = seen.read.tokens
        cutting = self.student.settled.cutting
        cuts: tuple[int, ...] = (0, len(tokens))
        odds: Floats = np.zeros(len(tokens) + 1, dtype=np.float32)
        if cutting is not None:
            linear = cut_odds(seen.tokens, self.student.head)
            odds[1:-1] = (seen.cuts if linear is None else linear)[1:]
            cuts = places(np.concatenate([[_NEVER], odds[1:-1]]), len(tokens), cutting)
        chosen = odds[list(cuts)]
        pairs = [(one, other) for one in range(len(cuts)) for other in range(one + 1, len(cuts))]
        spans = [(self._joiners.start_after(tokens, cuts[one], cuts[other]), cuts[other]) for one, other in pairs]
        scored = score(seen.tokens, self.student.head, spans)
        margins = np.full((len(cuts), len(cuts), scored.shape[1]), _NEVER, dtype=np.float32)
        for (one, other), row in zip(pairs, scored, strict=True):
            margins[one, other] = row
        return Chart(cuts, margins, chosen)

    def _need(self, seen: Seen, chart: Chart, likely: Floats, span: tuple[int, int]) -> Need:
        tokens = seen.read.tokens
        begin, end = chart.cuts[span[0]], chart.cuts[span[1]]
        start = tokens[self._joiners.start_after(tokens, begin, end)].start
        start, stop = trimmed(seen.read.folded, start, tokens[end - 1].end)
        best = int(likely.argmax())
        return Need(self.student.settled.labels[best], round(float(np.exp(likely[best])), 4), (), start, stop)


def parts_of(settled: Settled, likely: Floats, odds: Floats) -> tuple[Part, ...]:
    """The best parts of a sentence, as nlu.segmentation.best_parts takes and gives them; () of a model that cuts nothing."""
    if settled.cutting is None:
        return ()
    if not settled.distinct:
        return best_parts(likely, odds, settled.cutting)
    free = frozenset(at for at, label in enumerate(settled.labels) if label == NONE)
    return best_distinct(likely, odds, settled.cutting, free)


def upper(likely: Floats) -> Floats:
    """Parts that end before they begin are never chosen."""
    count = len(likely)
    return np.where((np.arange(count)[:, None] < np.arange(count)[None, :])[:, :, None], likely, _NEVER)


def _ranking(likely: Floats, labels: Sequence[str]) -> tuple[Guess, ...]:
    order: list[int] = np.argsort(-likely).tolist()
    return tuple(Guess(labels[at], round(float(np.exp(likely[at])), 4)) for at in order if labels[at] != NONE)


def _confidence(needs: Sequence[Need], ranking: Sequence[Guess]) -> float:
    """That of the weakest need, or of the best guess when none passed."""
    if needs:
        return min(need.confidence for need in needs)
    return ranking[0].confidence if ranking else 0.0
