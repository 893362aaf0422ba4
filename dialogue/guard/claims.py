"""What is said of money back, gifts and discounts: only what the bot's own texts say, or what limits itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from dialogue.guard.negation import is_denied
from dialogue.guard.reading import ORDINARY, Reading
from dialogue.guard.words import ClaimWords, either, promise_words
from nlu.text import is_han

_ANY = "commitment"
"""What is done for the customer (给您送回房间) is the house's own whatever its text calls it."""
_SHARED = 4
_NUMERALS = re.compile(r"[零一二两三四五六七八九十百千万\d]+")
_CONDITION = re.compile(r"(?:要是|如果|假如|万一|若|的话|还是|怎么|如何|时候)")


@dataclass(frozen=True, slots=True)
class Claim:
    """One sort of claim, and the pairs of characters of the bot's own texts that make it."""

    name: str
    said: re.Pattern[str]
    unless: re.Pattern[str] | None
    ground: frozenset[str] | None
    wide: bool
    conditional: bool
    said_so: tuple[frozenset[str], ...] = ()
    """The pairs of each of the bot's own texts: a sentence that shares `_SHARED` with one of them says what that says."""

    def made(self, reading: Reading) -> Iterator[str]:
        """The words of the new part that claim what nothing supports."""
        for found in self.said.finditer(reading.text):
            if found.end() > reading.start and not self._stands(reading, found):
                yield found.group()

    def _stands(self, reading: Reading, found: re.Match[str]) -> bool:
        text = reading.text
        first, last = reading.clause(found.start())[0], reading.clause(found.end() - 1)[1]
        if is_denied(reading, *found.span()) or (self.conditional and _CONDITION.search(text[first:last])):
            return True
        whole = text[reading.sentence_start(found.start()) :]
        if self.unless is not None and self.unless.search(whole):
            return True
        pairs = _pairs(whole)
        if any(len(pairs & own) >= _SHARED for own in self.said_so):
            return True
        if self.ground is None:
            return False
        if self.wide:
            first, last = reading.sentence_start(found.start()), len(text)
        return bool(_pairs(text[first : found.start()] + "," + text[found.end() : last]) & self.ground)


def claims_of(texts: Iterable[str]) -> tuple[Claim, ...]:
    """The claims that are watched for a bot with these (folded) texts."""
    listed = list(texts)
    return tuple(_claim(name, words, listed) for name, words in promise_words().claims.items())


def _claim(name: str, words: ClaimWords, texts: list[str]) -> Claim:
    said = either((words.said,), promise_words().words)
    by = re.compile(words.by) if words.by else said
    ground = frozenset(pair for text in texts if by.search(text) for pair in _pairs(by.sub(",", text)))
    unless = re.compile(words.unless) if words.unless else None
    said_so = tuple(_pairs(text) for text in texts if by.search(text) or name == _ANY)
    return Claim(name, said, unless, ground if words.grounded else None, words.wide, words.conditional, said_so)


def _pairs(text: str) -> frozenset[str]:
    """Each two Chinese characters in a row, neither of them a numeral or one that every sentence has."""
    pairs = (one + other for one, other in pairwise(_NUMERALS.sub(",", text)) if is_han(one) and is_han(other))
    return frozenset(pair for pair in pairs if not set(pair) & ORDINARY)
