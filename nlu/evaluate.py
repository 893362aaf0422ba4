"""The figures of a parser on labelled sentences that it was not trained on."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nlu import metrics
from nlu.data import Example
from nlu.metrics import Scores, Share
from nlu.understanding import Parser, Understanding


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
    errors: tuple[IntentFault, ...]

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

    def lines(self, errors: int = 0) -> tuple[str, ...]:
        """The report as text: the figures, a table of intents, and the first so many errors."""
        head = (
            f"sentences       {self.n}",
            f"accuracy        {_written(self.accuracy)}",
            f"exact match     {_written(self.exact_match)}",
            f"F1 micro/macro  {self.f1_micro:.4f} / {self.f1_macro:.4f}",
            f"out of scope    recall {_written(self.oos_recall)}, precision {_written(self.oos_precision)}",
            f"time            p50 {self.p50_ms:.2f} ms, p95 {self.p95_ms:.2f} ms",
            "",
        )
        return (*head, *_table(self.per_intent), *(fault.line for fault in self.errors[:errors]))


@dataclass(frozen=True, slots=True)
class IntentFault:
    """One sentence read wrongly."""

    text: str
    origin: str
    gold: tuple[str, ...]
    predicted: tuple[str, ...]
    confidence: float

    @property
    def line(self) -> str:
        """`origin: text: gold, predicted, confidence`."""
        gold, predicted = "+".join(self.gold) or "nothing", "+".join(self.predicted) or "nothing"
        return f"{self.origin}: {self.text}: is {gold}, was read as {predicted} ({self.confidence:.2f})"


@dataclass(frozen=True, slots=True)
class EntityReport:
    """Figures of entities: exact span and type."""

    n: int
    precision: Share
    recall: Share
    f1: float
    per_entity: tuple[Scores, ...]
    errors: tuple[str, ...]

    @property
    def figures(self) -> Mapping[str, object]:
        """For --json."""
        shares = {"precision": self.precision, "recall": self.recall}
        return {
            "n": self.n,
            "precision": round(self.precision.value, 4),
            "recall": round(self.recall.value, 4),
            "f1": round(self.f1, 4),
            "intervals": {name: [round(share.low, 4), round(share.high, 4)] for name, share in shares.items()},
        }

    def lines(self, errors: int = 0) -> tuple[str, ...]:
        """The report as text."""
        head = (
            f"sentences  {self.n}",
            f"precision  {_written(self.precision)}",
            f"recall     {_written(self.recall)}",
            f"F1         {self.f1:.4f}",
            "",
        )
        return (*head, *_table(self.per_entity), *self.errors[:errors])


def evaluate_intents(examples: Sequence[Example], parser: Parser) -> IntentReport:
    """Read every sentence (as heard, where the file says how) and compare its intents with gold."""
    heard = [example.asr or example.text for example in examples]
    if heard:
        parser.parse(heard[0])  # the first sentence pays for what is made once
    results: list[Understanding] = []
    times_ms: list[float] = []
    for text in heard:
        began = time.perf_counter()
        results.append(parser.parse(text))
        times_ms.append((time.perf_counter() - began) * 1000)
    gold, predicted = [set(example.intents) for example in examples], [set(result.intents) for result in results]
    f1 = metrics.f1(gold, predicted)
    pairs = list(zip(examples, results, strict=True))
    silent = [not one.intents for one in results]
    rightly_silent = sum(not one and other for one, other in zip(gold, silent, strict=True))
    return IntentReport(
        n=len(examples),
        exact_match=Share.of(sum(one == other for one, other in zip(gold, predicted, strict=True)), len(gold)),
        accuracy=Share.of(sum(_right(*pair) for pair in pairs if pair[0].intents), sum(map(bool, gold))),
        f1_micro=f1.micro,
        f1_macro=f1.macro,
        oos_recall=Share.of(rightly_silent, sum(not one for one in gold)),
        oos_precision=Share.of(rightly_silent, sum(silent)),
        p50_ms=metrics.percentile(times_ms, 0.5),
        p95_ms=metrics.percentile(times_ms, 0.95),
        per_intent=f1.per_label,
        errors=tuple(_fault(*pair) for pair in pairs if set(pair[0].intents) != set(pair[1].intents)),
    )


def evaluate_entities(examples: Sequence[Example], parser: Parser) -> EntityReport:
    """Compare entities by exact span and type."""
    gold: list[set[tuple[str, int, int]]] = []
    predicted: list[set[tuple[str, int, int]]] = []
    errors: list[str] = []
    for example in examples:
        gold.append({(one.entity, one.start, one.end) for one in example.entities})
        predicted.append({(one.entity, one.start, one.end) for one in parser.parse(example.text).entities})
        if gold[-1] != predicted[-1]:
            errors.append(f"{example.origin}: {example.text}: is {sorted(gold[-1])}, was read as {sorted(predicted[-1])}")
    hits = sum(len(one & other) for one, other in zip(gold, predicted, strict=True))
    found, wanted = sum(map(len, predicted)), sum(map(len, gold))
    return EntityReport(
        n=len(examples),
        precision=Share.of(hits, found),
        recall=Share.of(hits, wanted),
        f1=metrics.scores("all", hits, found, wanted).f1,
        per_entity=tuple(_by_entity(gold, predicted)),
        errors=tuple(errors),
    )


def _by_entity(gold: Sequence[set[tuple[str, int, int]]], predicted: Sequence[set[tuple[str, int, int]]]) -> list[Scores]:
    names = sorted({item[0] for one in (*gold, *predicted) for item in one})
    rows = []
    for name in names:
        wanted = [{item for item in one if item[0] == name} for one in gold]
        found = [{item for item in one if item[0] == name} for one in predicted]
        hits = sum(len(one & other) for one, other in zip(wanted, found, strict=True))
        rows.append(metrics.scores(name, hits, sum(map(len, found)), sum(map(len, wanted))))
    return rows


def _right(example: Example, result: Understanding) -> bool:
    return bool(result.intents) and set(result.intents) <= set(example.intents)


def _fault(example: Example, result: Understanding) -> IntentFault:
    return IntentFault(example.text, example.origin, example.intents, result.intents, result.confidence)


def _known(share: Share) -> float | None:
    return round(share.value, 4) if share.count else None


def _written(share: Share) -> str:
    return f"{share.value:.4f} (95 %: {share.low:.4f}-{share.high:.4f}, of {share.count})" if share.count else "- (none)"


def _table(rows: Sequence[Scores]) -> tuple[str, ...]:
    width = max((len(row.label) for row in rows), default=5)
    head = f"{'':{width}}  precision  recall      f1  count"
    lines = (f"{row.label:{width}}  {row.precision:9.4f}  {row.recall:6.4f}  {row.f1:6.4f}  {row.support:5d}" for row in rows)
    return (head, *lines, "")
