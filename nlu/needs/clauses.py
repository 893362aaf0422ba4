"""Where people put a comma or a full stop: written texts teach a network where clauses end, before it learns of needs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from nlu.needs.material import UNKNOWN, USED, Row
from nlu.student.inputs import WIDTH, Inputs, features
from nlu.text import Token, fold, tokens

_BETWEEN_CLAUSES = frozenset(",.。!?;:~…")
"""As nlu.text.fold leaves them: wide marks are narrow then."""
_LONGEST, _SHORTEST = 48, 6
"""Tokens of a row."""
_NO_WORDS = re.compile(r"@\S+|https?://\S+|\[[^\]]*\]")
"""Names, addresses and little pictures of social media."""


class TextsError(ValueError):
    """A file of texts cannot be read; the message says which line, and what it should be."""


def read_texts(path: Path) -> Iterator[str]:
    """The texts of a JSONL file: each line's `text`, or those of its `turns`. Raises TextsError and OSError."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            given = json.loads(line)
            yield from (str(one["text"]) for one in given.get("turns", (given,)))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise TextsError(f'{path}:{number}: a line is {{"text": ...}} or {{"turns": [{{"text": ...}}, ...]}}') from None


def clause_rows(text: str, inputs: Inputs) -> Iterator[Row]:
    """The text without punctuation, a cut where there was some; no labels. Long texts give several rows."""
    folded = fold(_NO_WORDS.sub(" ", text))
    words: list[Token] = []
    begins: list[bool] = []
    pending = False
    for token in tokens(folded):
        if token.mark:
            pending = pending or token.text in _BETWEEN_CLAUSES
        else:
            words.append(token)
            begins.append(pending)
            pending = False
    ids = np.zeros((len(words), WIDTH), dtype=np.int32)
    for row, names in enumerate(features(folded, words, inputs.sounds)):
        known = [at for at in map(inputs.vocabulary.get, names) if at is not None][:WIDTH]
        ids[row, : len(known)] = known
    for start in range(0, len(words), _LONGEST):
        cuts = np.array(begins[start : start + _LONGEST], dtype=np.float32)
        if len(cuts) >= _SHORTEST:
            cuts[0] = -1.0
            yield Row(ids[start : start + _LONGEST, :USED], cuts, np.full(len(cuts), UNKNOWN))
