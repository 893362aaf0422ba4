"""What a model says of its instructions, and what it says once it no longer keeps to them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dialogue.guard.context import GuardContext
from dialogue.guard.negation import is_denied
from dialogue.guard.reading import Reading, read
from dialogue.guard.words import either, leakage_words

_RECITED = 8
"""Characters in a row that a reply has in common with the prompt: chance gives fewer, a recital more."""
_NAMED = 3
"""Characters of a firm's or an assistant's name."""
_LATIN = re.compile(r"(?<![a-z0-9])[a-z]{3,}(?![a-z0-9])")
"""A word in Latin letters: one that neither the bot's texts nor the trade know is the machine's, or an instruction's."""


class Leakage:
    """The words by which a model gives itself away. Thread safe."""

    def __init__(self, own: str = "") -> None:
        self._own = own
        self._latin = frozenset(_LATIN.findall(own)) | frozenset(leakage_words().latin)
        self._leakage = either(leakage_words().leakage)
        self._injection = either(leakage_words().injection, {"who": leakage_words().who})

    def leaked(self, reading: Reading, context: GuardContext, own: str) -> Iterator[str]:
        """Words of the machinery, or a piece of the prompt that stands in none of the bot's own texts (`own`)."""
        for text, start in ((reading.text, reading.start), (reading.said, reading.said_start)):
            yield from (found.group() for found in self._leakage.finditer(text) if found.end() > start)
        customers = " ".join((*map(str, context.slots.values()), *context.said)).lower()
        for found in _LATIN.finditer(reading.said):
            word = found.group()
            if found.end() > reading.said_start and word not in self._latin and word not in customers:
                yield word
        yield from _recited(reading, context.prompt, own)

    def obeyed(self, reading: Reading) -> Iterator[str]:
        """Words with which a model takes orders from a caller; refusing them is in order."""
        for found in self._injection.finditer(reading.text):
            if found.end() > reading.start and not (is_denied(reading, *found.span()) or self._is_who_it_is(reading, found)):
                yield found.group()

    def _is_who_it_is(self, reading: Reading, found: re.Match[str]) -> bool:
        """我是 with a name that the bot's own texts know."""
        name = reading.text[found.end() : found.end() + _NAMED]
        return found.group().endswith("是") and len(name) == _NAMED and name in self._own


def _recited(reading: Reading, prompt: str, own: str) -> Iterator[str]:
    if not prompt:
        return
    told = read(prompt).text
    text = reading.text
    for at in range(max(0, reading.start - _RECITED + 1), len(text) - _RECITED + 1):
        piece = text[at : at + _RECITED]
        if piece in told and piece not in own:
            yield piece
            return
