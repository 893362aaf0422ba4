"""Training of a tagger from marked sentences, with the CRF that it must beat in the same run."""

from __future__ import annotations

import hashlib
import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nlu.data_files import read_examples
from nlu.pinyin import dictionary
from nlu.tagger import export, tagger
from nlu.tagger.baseline import train_crf
from nlu.tagger.fitted import Course, fit_networks, named, with_threshold
from nlu.tagger.learning import weights_of
from nlu.tagger.rows import Gold, MarkingError, Row, entity_types, rows_from, score
from nlu.tagger.settings import EntityTraining
from nlu.tagger.spans import Span, best_spans
from nlu.tagger.words import Words, read_words

_THRESHOLDS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5)
_UNSETTLED = 0.5
_FEWEST = 10
"""Sentences without which nothing can be held out."""
Progress = Callable[[str], None]
Reader = Callable[[str], Gold]


@dataclass(frozen=True, slots=True)
class TaggerMetrics:
    """Span F1 (exact span and type) of the tagger and of the CRF trained beside it; None is not measured.

    `folds_*`: on parts of the training data that neither was trained on. `check_*`: on the check data. `*_new_*`: on
    those of its rows that hold an entity whose words the training data never mark so.
    """

    sentences: int
    types: int
    threshold: float
    folds_f1: float | None
    folds_crf_f1: float | None
    check_f1: float | None
    check_crf_f1: float | None
    check_new_n: int
    check_new_f1: float | None
    check_new_crf_f1: float | None
    seconds: float


def train_tagger(config: EntityTraining, progress: Progress = lambda _: None) -> TaggerMetrics:
    """Train into config.output_dir. Raises DataError, MarkingError, WordsError, BaselineMissingError and OSError."""
    return train_on(_rows(config.train_data), _rows(config.check_data), config, progress)


def train_on(rows: Sequence[Row], checked: Sequence[Row], config: EntityTraining, progress: Progress) -> TaggerMetrics:
    """The same from rows at hand; `checked` are only reported on."""
    began = time.perf_counter()
    types = entity_types(rows)
    if len(rows) < _FEWEST or not types:
        raise MarkingError(f"a tagger needs {_FEWEST} sentences with entities marked in some, got {len(rows)}; add examples")
    words = read_words(config.words, config.min_word_count) if config.words else Words()
    course = Course(config, words, dictionary(), types)
    progress(f"{len(rows)} sentences, {len(types)} kinds of entities; training into {config.output_dir} ...")
    threshold, folds_f1, folds_crf = _settle(rows, course)
    progress(f"threshold {threshold}; training {config.members} network(s) on everything ...")
    fitted = with_threshold(fit_networks(rows, course, range(config.members), "all"), threshold)
    config.output_dir.mkdir(parents=True, exist_ok=True)
    export.write([weights_of(network) for network in fitted.networks], config.output_dir)
    tagger.save(fitted.knowledge, {}, config.output_dir)
    made = tagger.load(config.output_dir)
    plain, new = _check(rows, checked, made, config)
    figures = (*plain, sum(1 for _ in _with_new_words(rows, checked)), *new)
    result = TaggerMetrics(len(rows), len(types), threshold, folds_f1, folds_crf, *figures, round(time.perf_counter() - began, 1))
    tagger.save(fitted.knowledge, _card(config, rows, result), config.output_dir)
    for line in summary(result):
        progress(line)
    return result


def summary(result: TaggerMetrics) -> tuple[str, ...]:
    """The comparison as lines for people."""
    rows = (
        ("held-out folds", result.folds_f1, result.folds_crf_f1),
        ("check data", result.check_f1, result.check_crf_f1),
        (f"check rows with words new as entities ({result.check_new_n})", result.check_new_f1, result.check_new_crf_f1),
    )
    return tuple(
        f"span F1, {name}: tagger {f1:.4f}" + ("" if crf is None else f", CRF {crf:.4f} ({(f1 - crf) * 100:+.2f} points)")
        for name, f1, crf in rows
        if f1 is not None
    )


def _rows(paths: Sequence[Path]) -> tuple[Row, ...]:
    return rows_from(example for path in paths for example in read_examples(path))


def _settle(rows: Sequence[Row], course: Course) -> tuple[float, float | None, float | None]:
    """The threshold with the best F1 on held-out folds, that F1, and the CRF's on the same folds."""
    if not course.config.checked_folds:
        return _UNSETTLED, None, None
    held: list[tuple[Gold, tuple[Span, ...]]] = []
    crf: list[tuple[Gold, Gold]] = []
    for fold, (learnt, asked) in enumerate(_folds(rows, course.config)):
        network = fit_networks(learnt, course, (fold,), f"fold {fold + 1}")
        held += ((row.gold, network.spans(row.text)) for row in asked)
        if course.config.baseline:
            read = train_crf(learnt)
            crf += ((row.gold, read(row.text)) for row in asked)
    f1 = {one: score((gold, named(best_spans(spans, one), course.types)) for gold, spans in held).f1 for one in _THRESHOLDS}
    threshold = max(_THRESHOLDS, key=lambda one: f1[one])
    return threshold, round(f1[threshold], 4), round(score(crf).f1, 4) if crf else None


def _folds(rows: Sequence[Row], config: EntityTraining) -> Iterator[tuple[list[Row], list[Row]]]:
    """Rows to learn from and rows to ask; a sentence that occurs twice stays on one side."""
    texts = sorted({row.text for row in rows})
    random.Random(config.seed).shuffle(texts)
    fold_of = {text: place % config.folds for place, text in enumerate(texts)}
    for fold in range(config.checked_folds):
        learnt, asked = ([row for row in rows if (fold_of[row.text] == fold) is side] for side in (False, True))
        yield learnt, asked


def _check(
    rows: Sequence[Row], checked: Sequence[Row], made: tagger.Tagger, config: EntityTraining
) -> tuple[tuple[float | None, float | None], tuple[float | None, float | None]]:
    """F1 of the tagger and of the CRF on the check data: on all rows, and on those with new words."""
    if not checked:
        return (None, None), (None, None)
    new = list(_with_new_words(rows, checked))
    readers: list[Reader | None] = [lambda text: frozenset((one.start, one.end, one.entity) for one in made.find(text))]
    readers.append(train_crf(rows) if config.baseline else None)
    plain, fresh = ([_measured(reader, part) for reader in readers] for part in (checked, new))
    return (plain[0], plain[1]), (fresh[0], fresh[1])


def _measured(reader: Reader | None, rows: Sequence[Row]) -> float | None:
    return None if reader is None or not rows else round(score((row.gold, reader(row.text)) for row in rows).f1, 4)


def _with_new_words(rows: Sequence[Row], checked: Sequence[Row]) -> Iterator[Row]:
    known = {(row.text[start:end], entity) for row in rows for start, end, entity in row.gold}
    for row in checked:
        if any((row.text[start:end], entity) not in known for start, end, entity in row.gold):
            yield row


def _card(config: EntityTraining, rows: Sequence[Row], result: TaggerMetrics) -> dict[str, Any]:
    """What model.yml says; plain values only."""
    settings = {name: value for name, value in asdict(config).items() if name not in ("train_data", "check_data", "output_dir")}
    names = {"train_data": [path.name for path in config.train_data], "check_data": [path.name for path in config.check_data]}
    plain: dict[str, Any] = json.loads(json.dumps({"config": {**settings, **names}, "metrics": asdict(result)}))
    return {
        "task": "entities",
        "architecture": "hashed character, sound and word features weighed directly and by convolutions; CRF; span marginals",
        "base": None,
        "labels": list(entity_types(rows)),
        "thresholds": {"span": result.threshold},
        "data": {
            "sha256": hashlib.sha256(repr(rows).encode()).hexdigest(),
            "sentences": len(rows),
            "licence": config.data_licence,
        },
        **plain,
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
    }
