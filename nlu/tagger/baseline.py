"""What the tagger must beat: a linear-chain CRF over character n-grams alone, trained by CRFsuite on the same rows."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any  # python-crfsuite carries no types

from nlu.tagger.rows import Gold, Row
from nlu.text import fold

_C1, _C2, _ITERATIONS = 0.1, 0.1, 100
"""L1 and L2: the best of (0.1, 0.1), (0.5, 0.01), (0, 1) in five folds of ec_queries' train."""


class BaselineMissingError(ValueError):
    """python-crfsuite is not installed."""


def train_crf(rows: Sequence[Row]) -> Callable[[str], Gold]:
    """A CRF from rows, as a function from text to (start, end, entity). Raises BaselineMissingError."""
    crfsuite = _crfsuite()
    trainer = crfsuite.Trainer(verbose=False)
    for row in rows:
        trainer.append(character_features(row.text), row.marks)
    trainer.set_params({"c1": _C1, "c2": _C2, "max_iterations": _ITERATIONS, "feature.possible_transitions": True})
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "crf")
        trainer.train(path)
        content = Path(path).read_bytes()
    tagger = crfsuite.Tagger()
    tagger.open_inmemory(content)
    return lambda text: _spans(tagger.tag(character_features(text))) if text else frozenset()


def character_features(text: str) -> list[list[str]]:
    """Single characters within two places, pairs and triples that touch the character."""
    padded = "^^" + fold(text) + "$$"
    rows = []
    for at in range(2, len(padded) - 2):
        single = [f"1 {by} {padded[at + by]}" for by in range(-2, 3)]
        pairs = [f"2 {by} {padded[at + by : at + by + 2]}" for by in range(-2, 2)]
        triples = [f"3 {by} {padded[at + by : at + by + 3]}" for by in range(-2, 1)]
        rows.append(["bias", *single, *pairs, *triples])
    return rows


def _spans(marks: Sequence[str]) -> Gold:
    found: set[tuple[int, int, str]] = set()
    begun: int | None = None
    for at, mark in enumerate((*marks, "O")):
        if begun is not None and not (mark.startswith("I-") and mark[2:] == marks[begun][2:]):
            found.add((begun, at, marks[begun][2:]))
            begun = None
        if begun is None and mark != "O":
            begun = at
    return frozenset(found)


def _crfsuite() -> Any:
    try:
        import pycrfsuite
    except ImportError:
        raise BaselineMissingError(
            "the CRF to compare with needs python-crfsuite; `pip install xiangyin[train]`, or set baseline: false"
        ) from None
    return pycrfsuite
