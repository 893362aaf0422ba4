"""The house's own wording: how customers are addressed, and what things are called."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dialogue.guard.negation import is_denied
from dialogue.guard.reading import Reading
from dialogue.guard.words import either, general_words
from dialogue.guard_settings import GuardSettings
from nlu.text import fold

_BEFORE_NAME = r"(?:^|[,，。！？!?;；、\s~]|好嘞|好的|得嘞|行|是的|呀|哈|嘛)"
_BEHIND_NAME = r"(?=[,，。！？!?;；~啊呀哈呢哟]|您|请|稍|贵姓|$)"
_QUOTED = re.compile(r"(?:您|客户)(?:刚才|刚刚)?(?:说|提到?|问)的?[^。！？]{0,4}[“\"‘『「][^”\"’』」]*[”\"’』」]")

_CUSTOMERS = re.compile(r"(?<![给帮替为让])您(?:们|家|公司)?是?(?:说|讲|提|问|做|卖|开|搞)到?的?[^。！？,，]{0,6}$")


class HouseWords:
    """Address and terms of one bot. Thread safe."""

    def __init__(self, settings: GuardSettings) -> None:
        self._formal = settings.address == "您"
        self._you = either(general_words().you)
        called = either((*general_words().familiar, *map(re.escape, map(fold, settings.never_called))))
        self._familiar = re.compile(f"{_BEFORE_NAME}(?:{called.pattern}){_BEHIND_NAME}")
        words = general_words()
        self._polite = {dialect: re.compile(forms) for dialect, forms in words.polite.items()}
        self._marks = {dialect: re.compile(marks) for dialect, marks in words.marks.items()}
        self._alone, self._mandarin = re.compile(words.alone), re.compile(words.mandarin)
        self._terms = {fold(wrong): right for wrong, right in settings.terms.items()}
        self._right = tuple(map(fold, settings.terms.values()))

    def wrong_address(self, reading: Reading) -> Iterator[str]:
        """Words that address a customer as this house does not."""
        if not self._formal:
            return
        text, start = reading.said, reading.said_start
        quoted = [found.span() for found in _QUOTED.finditer(text)]
        yous = (found for found in self._you.finditer(text) if not self._is_polite(reading, found.group()))
        for found in (*yous, *self._familiar.finditer(text)):
            if found.end() > start and not any(first <= found.start() < last for first, last in quoted):
                yield found.group()

    def _is_polite(self, reading: Reading, word: str) -> bool:
        """Whether the sentence is in a dialect in which nobody says 您, and this is its form."""
        for dialect, forms in self._polite.items():
            shown = dialect in reading.dialects or (dialect in self._marks and self._marks[dialect].search(reading.said))
            if shown and forms.fullmatch(word):
                return True
        return bool(self._alone.search(reading.said)) and not self._mandarin.search(reading.said)

    def wrong_terms(self, reading: Reading) -> Iterator[tuple[str, str]]:
        """(the wrong word, the right one) for what is called by another name; a denied or quoted one may stay."""
        for wrong, right in self._terms.items():
            for found in re.finditer(re.escape(wrong), reading.text):
                if found.end() > reading.start and not self._stands(reading, *found.span()):
                    yield wrong, right

    def _stands(self, reading: Reading, start: int, end: int) -> bool:
        """Whether a word may stay: a piece of a right one, denied, or the customer's own (您说的云主机)."""
        text = reading.text
        word = text[start:end]
        inside = any(
            word in right and text.find(right, max(0, start - len(right)), end + len(right)) >= 0 for right in self._right
        )
        return inside or is_denied(reading, start, end) or bool(_CUSTOMERS.search(text[:start]))
