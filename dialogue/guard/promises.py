"""Promises that may not be made: those that promises.yml forbids, and what no seller may promise on his own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from dialogue.facts import Facts
from dialogue.guard.claims import claims_of
from dialogue.guard.negation import is_denied
from dialogue.guard.reading import Reading, read
from dialogue.guard.words import promise_words
from nlu import numbers

_SLACK = 2
"""Characters that may stand between the words of a forbidden phrase: 24小时之内必发."""
_CAPPED = re.compile(r"(?:最多|顶多|最高|至多|上限)[^。，,]{0,2}$")
"""最多赔三倍运费: a limit, no promise."""
_CUT = re.compile(r"(?<=\d)(?=\D)|(?<=小时|百分|免费|审核|全额|终身)")


class Promises:
    """The promises of one bot. Thread safe."""

    def __init__(self, facts: Facts, own: Iterable[str] = ()) -> None:
        self._claims = claims_of(own)
        may = [in_digits(read(text).text) for text in (*facts.promises.may, *_texts(facts))]
        self._rules = {name: pattern for name, pattern in promise_words().patterns().items() if not _allowed(pattern, may)}
        self._never = {text: _loosely(in_digits(read(text).text)) for text in facts.promises.never}

    def broken(self, reading: Reading) -> Iterator[tuple[str, str]]:
        """(what is promised, in which words) for each forbidden promise of the new part of a reading."""
        yield from self.listed(reading)
        yield from self.worded(reading)
        yield from self.claimed(reading)

    def worded(self, reading: Reading) -> Iterator[tuple[str, str]]:
        """Those that give themselves away by their wording (rules of wording/promises.yml)."""
        yield from _stated(reading, self._rules)

    def claimed(self, reading: Reading) -> Iterator[tuple[str, str]]:
        """What is said of money back, gifts and the like without a text of the bot's own that says so."""
        yield from ((claim.name, words) for claim in self._claims for words in claim.made(reading))

    def listed(self, reading: Reading) -> Iterator[tuple[str, str]]:
        """The phrases of promises.yml, compared with numerals as digits (24小时 is 二十四小时)."""
        before = in_digits(reading.text[: reading.start])
        digits = Reading(in_digits(reading.text), len(before))
        for phrase, pattern in self._never.items():
            for found in pattern.finditer(digits.text):
                if found.end() > digits.start and not is_denied(digits, *found.span()):
                    yield phrase, found.group()


def _stated(reading: Reading, rules: Mapping[str, re.Pattern[str]]) -> Iterator[tuple[str, str]]:
    for name, pattern in rules.items():
        for found in pattern.finditer(reading.text):
            capped = _CAPPED.search(reading.text[: found.start()])
            if found.end() > reading.start and not capped and not is_denied(reading, *found.span()):
                yield name, found.group()


def _allowed(pattern: re.Pattern[str], may: Iterable[str]) -> bool:
    """Whether the bot's own promises or facts say what a rule forbids."""
    return any(pattern.search(text) and not _denied(text, pattern) for text in may)


def _denied(text: str, pattern: re.Pattern[str]) -> bool:
    found = pattern.search(text)
    return found is not None and is_denied(Reading(text), *found.span())


def _texts(facts: Facts) -> Iterator[str]:
    for table in facts.tables.values():
        for row in table.rows:
            yield from (cell for column, cell in row.items() if isinstance(cell, str) and column in ("answer", "specs"))
    yield from (term for term in facts.terms.values() if isinstance(term, str))


def in_digits(text: str) -> str:
    """The text with its numerals as digits: 二十四小时 is 24小时."""
    parts: list[str] = []
    last = 0
    for number in numbers.find(text):
        said = text[number.start : number.end]
        if number.value.is_integer() and (len(said) > 1 or said.isdigit()):
            parts += [text[last : number.start], str(int(number.value))]
            last = number.end
    return "".join((*parts, text[last:]))


def _loosely(phrase: str) -> re.Pattern[str]:
    return re.compile(f"[^。！？!?，,]{{0,{_SLACK}}}".join(re.escape(part) for part in _CUT.split(phrase) if part))
