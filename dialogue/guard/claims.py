"""What is said of money back, gifts and discounts: only what the bot's own texts say, or what limits itself."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from dialogue.guard.negation import is_denied
from dialogue.guard.reading import Reading
from dialogue.guard.words import ClaimWords, either, promise_words
from nlu.text import is_han

_ORDINARY = frozenset("您我们你他她的了是在有就都也还这那个一可以能会要给把被跟和与或吧吗呢啊哦呀嘛很太真再不没为")
"""Characters that every sentence has: two of them in a row ground nothing."""
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
    return Claim(name, said, unless, ground if words.grounded else None, words.wide, words.conditional)


def _pairs(text: str) -> set[str]:
    """Each two Chinese characters in a row, neither of them one that every sentence has."""
    pairs = (one + other for one, other in pairwise(text) if is_han(one) and is_han(other))
    return {pair for pair in pairs if not set(pair) & _ORDINARY}
