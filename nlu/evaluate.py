"""The figures of a parser on labelled sentences that it was not trained on."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from nlu import metrics
from nlu.data import Example
from nlu.metrics import Scores, Share
from nlu.understanding import Parser, Understanding

_TIMED = 200
"""Sentences whose time is taken where all together were read in batches: enough for a 95th percentile."""

Span = tuple[str, int, int]
"""An entity as it counts: its type, start and end."""


@runtime_checkable
class BatchParser(Protocol):
    """A parser that reads many sentences faster than one after the other."""

    def parse_many(self, texts: Sequence[str]) -> Sequence[Understanding]:
        """Understandings in the order of the texts."""
        ...


@dataclass(frozen=True, slots=True)
class IntentRow:
    """One sentence: its gold intents and what was read. `confidence` is that of the weakest need, or of the best guess when
    nothing passed; `text` is what the parser was given."""

    text: str
    origin: str
    gold: tuple[str, ...]
    predicted: tuple[str, ...]
    confidence: float

    @property
    def exact(self) -> bool:
        """Whether the predicted set is the gold set."""
        return set(self.predicted) == set(self.gold)

    @property
    def accurate(self) -> bool:
        """Whether something was predicted and nothing of it is wrong."""
        return bool(self.predicted) and set(self.predicted) <= set(self.gold)

    @property
    def line(self) -> str:
        """`origin: text: gold, predicted, confidence`."""
        gold, predicted = "+".join(self.gold) or "nothing", "+".join(self.predicted) or "nothing"
        return f"{self.origin}: {self.text}: is {gold}, was read as {predicted} ({self.confidence:.2f})"


@dataclass(frozen=True, slots=True)
class IntentReport:
    """Figures of intents, all after thresholds and rejection.

    `accuracy`: over rows with gold intents, the most confident predicted need is in gold and nothing predicted is wrong.
    `exact_match`: over all rows, predicted set = gold set. `oos_recall`: over rows without gold intents, nothing predicted.
    `oos_precision`: over rows with nothing predicted, nothing gold. Times are for one sentence.
    """

    n: int
    exact_match: Share
    accuracy: Share
    f1_micro: float
    f1_macro: float
    oos_recall: Share
    oos_precision: Share
    p50_ms: float
    p95_ms: float
    per_intent: tuple[Scores, ...]
    rows: tuple[IntentRow, ...]

    @property
    def errors(self) -> tuple[IntentRow, ...]:
        """The sentences read wrongly, in the order of the file."""
        return tuple(row for row in self.rows if not row.exact)

    @property
    def figures(self) -> Mapping[str, object]:
        """For --json: the keys that design.md names, and the 95 % intervals of the proportions."""
        shares = {name: getattr(self, name) for name in ("exact_match", "accuracy", "oos_recall", "oos_precision")}
        return {
            "n": self.n,
            "exact_match": _known(self.exact_match),
            "accuracy": _known(self.accuracy),
            "f1_micro": round(self.f1_micro, 4),
            "f1_macro": round(self.f1_macro, 4),
            "oos_recall": _known(self.oos_recall),
            "oos_precision": _known(self.oos_precision),
            "p50_ms": round(self.p50_ms, 3),
            "p95_ms": round(self.p95_ms, 3),
            "intervals": {name: [round(share.low, 4), round(share.high, 4)] for name, share in shares.items() if share.count},
        }

    @property
    def head(self) -> tuple[str, ...]:
        """The figures as lines of text."""
        return (
            f"sentences       {self.n}",
            f"accuracy        {_written(self.accuracy)}",
            f"exact match     {_written(self.exact_match)}",
            f"F1 micro/macro  {self.f1_micro:.4f} / {self.f1_macro:.4f}",
            f"out of scope    recall {_written(self.oos_recall)}, precision {_written(self.oos_precision)}",
            f"time            p50 {self.p50_ms:.2f} ms, p95 {self.p95_ms:.2f} ms",
        )

    def lines(self, errors: int = 0) -> tuple[str, ...]:
        """The report as text: the figures, a table of intents, and the first so many errors."""
        return (*self.head, "", *_table(self.per_intent), *(row.line for row in self.errors[:errors]))


@dataclass(frozen=True, slots=True)
class EntityRow:
    """One sentence: its gold entities and those that were read."""

    text: str
    origin: str
    gold: frozenset[Span]
    predicted: frozenset[Span]

    @property
    def line(self) -> str:
        """`origin: text: gold, predicted`."""
        return f"{self.origin}: {self.text}: is {self._told(self.gold)}, was read as {self._told(self.predicted)}"

    def _told(self, spans: frozenset[Span]) -> str:
        ordered = sorted(spans, key=lambda span: (span[1], span[2], span[0]))
        return " ".join(f"[{self.text[start:end]}]({name})" for name, start, end in ordered) or "nothing"


@dataclass(frozen=True, slots=True)
class EntityReport:
    """Figures of entities: exact span and type. `exact_match` is over sentences; times are for one sentence."""

    n: int
    precision: Share
    recall: Share
    f1: float
    exact_match: Share
    p50_ms: float
    p95_ms: float
    per_entity: tuple[Scores, ...]
    rows: tuple[EntityRow, ...]

    @property
    def errors(self) -> tuple[EntityRow, ...]:
        """The sentences read wrongly, in the order of the file."""
        return tuple(row for row in self.rows if row.gold != row.predicted)

    @property
    def figures(self) -> Mapping[str, object]:
        """For --json."""
        shares = {"precision": self.precision, "recall": self.recall, "exact_match": self.exact_match}
        return {
            "n": self.n,
            **{name: round(share.value, 4) for name, share in shares.items()},
            "f1": round(self.f1, 4),
            "p50_ms": round(self.p50_ms, 3),
            "p95_ms": round(self.p95_ms, 3),
            "intervals": {name: [round(share.low, 4), round(share.high, 4)] for name, share in shares.items()},
        }

    @property
    def head(self) -> tuple[str, ...]:
        """The figures as lines of text."""
        return (
            f"sentences    {self.n}",
            f"precision    {_written(self.precision)}",
            f"recall       {_written(self.recall)}",
            f"F1           {self.f1:.4f}",
            f"exact match  {_written(self.exact_match)}",
            f"time         p50 {self.p50_ms:.2f} ms, p95 {self.p95_ms:.2f} ms",
        )

    def lines(self, errors: int = 0) -> tuple[str, ...]:
        """The report as text: the figures, a table of entities, and the first so many errors."""
        return (*self.head, "", *_table(self.per_entity), *(row.line for row in self.errors[:errors]))


def evaluate_intents(examples: Sequence[Example], parser: Parser, typed: bool = False) -> IntentReport:
    """Read every sentence (as heard, where the file says how, unless `typed`) and compare its intents with gold."""
    texts = [example.text if typed else example.asr or example.text for example in examples]
    results, times_ms = _read(texts, parser)
    rows = (
        IntentRow(text, example.origin, example.intents, result.intents, result.confidence)
        for text, example, result in zip(texts, examples, results, strict=True)
    )
    return intent_report(tuple(rows), times_ms)


def evaluate_entities(examples: Sequence[Example], parser: Parser) -> EntityReport:
    """Read every sentence as typed, since the spans count in that, and compare its entities with gold."""
    results, times_ms = _read([example.text for example in examples], parser)
    rows = (
        EntityRow(
            example.text,
            example.origin,
            frozenset((one.entity, one.start, one.end) for one in example.entities),
            frozenset((one.entity, one.start, one.end) for one in result.entities),
        )
        for example, result in zip(examples, results, strict=True)
    )
    return entity_report(tuple(rows), times_ms)


def intent_report(rows: Sequence[IntentRow], times_ms: Sequence[float]) -> IntentReport:
    """The figures of sentences that were read, of one model or of several folds together."""
    f1 = metrics.f1([row.gold for row in rows], [row.predicted for row in rows])
    silent = [row for row in rows if not row.predicted]
    rightly_silent = sum(not row.gold for row in silent)
    in_scope = [row for row in rows if row.gold]
    return IntentReport(
        n=len(rows),
        exact_match=Share.of(sum(row.exact for row in rows), len(rows)),
        accuracy=Share.of(sum(row.accurate for row in in_scope), len(in_scope)),
        f1_micro=f1.micro,
        f1_macro=f1.macro,
        oos_recall=Share.of(rightly_silent, len(rows) - len(in_scope)),
        oos_precision=Share.of(rightly_silent, len(silent)),
        p50_ms=metrics.percentile(times_ms, 0.5),
        p95_ms=metrics.percentile(times_ms, 0.95),
        per_intent=f1.per_label,
        rows=tuple(rows),
    )


def entity_report(rows: Sequence[EntityRow], times_ms: Sequence[float]) -> EntityReport:
    """The figures of sentences that were read."""
    hits = sum(len(row.gold & row.predicted) for row in rows)
    found, wanted = sum(len(row.predicted) for row in rows), sum(len(row.gold) for row in rows)
    return EntityReport(
        n=len(rows),
        precision=Share.of(hits, found),
        recall=Share.of(hits, wanted),
        f1=metrics.scores("all", hits, found, wanted).f1,
        exact_match=Share.of(sum(row.gold == row.predicted for row in rows), len(rows)),
        p50_ms=metrics.percentile(times_ms, 0.5),
        p95_ms=metrics.percentile(times_ms, 0.95),
        per_entity=metrics.per_type([row.gold for row in rows], [row.predicted for row in rows]),
        rows=tuple(rows),
    )


def _read(texts: Sequence[str], parser: Parser) -> tuple[Sequence[Understanding], list[float]]:
    """What is understood, and the times of single sentences (of a sample, where they are read in batches)."""
    if not texts:
        return (), []
    parser.parse(texts[0])  # the first sentence pays for what is made once
    if isinstance(parser, BatchParser):
        sample = texts[:: max(1, len(texts) // _TIMED)]
        return parser.parse_many(texts), [_timed(text, parser)[1] for text in sample]
    timed = [_timed(text, parser) for text in texts]
    return [result for result, _ in timed], [took for _, took in timed]


def _timed(text: str, parser: Parser) -> tuple[Understanding, float]:
    began = time.perf_counter()
    result = parser.parse(text)
    return result, (time.perf_counter() - began) * 1000


def _known(share: Share) -> float | None:
    return round(share.value, 4) if share.count else None


def _written(share: Share) -> str:
    return f"{share.value:.4f} (95 %: {share.low:.4f}-{share.high:.4f}, of {share.count})" if share.count else "- (none)"


def _table(rows: Sequence[Scores]) -> tuple[str, ...]:
    width = max((len(row.label) for row in rows), default=5)
    head = f"{'':{width}}  precision  recall      f1  count"
    lines = (f"{row.label:{width}}  {row.precision:9.4f}  {row.recall:6.4f}  {row.f1:6.4f}  {row.support:5d}" for row in rows)
    return (head, *lines, "")
