"""Alternations of words for regular expressions."""

from __future__ import annotations

import re
from collections.abc import Iterable


def alternation(words: Iterable[str]) -> str:
    """The words as one alternation, longest first; Latin ones match only as whole words."""
    return "|".join(map(_guarded, sorted(set(words), key=lambda word: (-len(word), word))))


def _guarded(word: str) -> str:
    text = re.escape(word)
    if word[:1].isascii() and word[:1].isalpha():
        text = rf"(?<![a-z]){text}"
    if word[-1:].isascii() and word[-1:].isalpha():
        text = rf"{text}(?![a-z])"
    return text
