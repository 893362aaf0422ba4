"""The facts that a response tells, and whether other words for it still tell them: numbers, names, links, what is explained."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dialogue.guard.figures import Figure, figures
from dialogue.guard.reading import END, read
from dialogue.wording.settings import WordedResponse
from nlu.text import fold

_LINK = re.compile(r"https?://[^\s，。；、）)]+|www\.[^\s，。；、）)]+")
_CLAUSES = re.compile(r"[，。；、,;!！?？\s]+")
_SENTENCE = re.compile(rf"[^{END}]+[{END}]*")
_NUMBER = re.compile(r"[\d.,]*\d")
_NOT = re.compile(r"[不没无未别非]")
_SPACE = re.compile(r"\s+")
_LONGEST_NAME = 16
"""Characters of a value that counts as a name and must stand as it is; a longer one, or one with marks in it, explains."""
_EXPLAINED = 0.6
"""Share of an explanation's pairs of characters that must stand where none of its clauses does unaltered."""
_GARBLED = 0.8
"""Share of a name's pairs of characters that stand where it is meant and said wrong; 8核16G的云服务器 has two thirds."""
_CLOSE = 1e-6


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that a response says. `name` is its placeholder, 'figure' or 'link' for what operators wrote out themselves."""

    name: str
    value: str
    sentence: str
    """The sentence of the response in which it stands."""
    others: tuple[str, ...] = ()
    """Of a name: those of the other rows of its table."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Those of one response: `all_of` must be told, and one of `one_of`; `names` must be right where they are said at all."""

    all_of: tuple[Fact, ...] = ()
    one_of: tuple[Fact, ...] = ()
    names: tuple[Fact, ...] = ()

    def missing(self, words: str) -> tuple[Fact, ...]:
        """What these words leave untold or tell otherwise; the first of `one_of` where they tell none of them."""
        reply = Reply.of(words)
        none = () if any(map(reply.tells, self.one_of)) else self.one_of[:1]
        wrong = (fact for fact in self.names if reply.misnames(fact))
        return tuple(dict.fromkeys((*(fact for fact in self.all_of if not reply.tells(fact)), *none, *wrong)))

    def misnamed(self, words: str) -> bool:
        """Whether these words say a name wrong."""
        reply = Reply.of(words)
        return any(map(reply.misnames, self.names))


def facts_of(
    body: str, values: Mapping[str, str], entry: WordedResponse, others: Mapping[str, tuple[str, ...]] | None = None
) -> Facts:
    """What the part of a response that is to be worded must tell in other words, too."""
    told = [
        Fact(name, value, sentence, (others or {}).get(name, ()))
        for name, value in values.items()
        if (sentence := _sentence_with(value, body))
    ]
    told += _written(body, values)
    needed = [fact for fact in told if fact.name not in entry.may_omit]
    return Facts(
        tuple(fact for fact in needed if fact.name not in entry.one_of),
        tuple(fact for fact in needed if fact.name in entry.one_of),
        tuple(fact for fact in told if fact.others),
    )


def is_name(value: str) -> bool:
    """Whether a value is a name, which stands as it is or not at all."""
    return len(value) <= _LONGEST_NAME and not _CLAUSES.search(value) and not _NUMBER.fullmatch(value)


def whole_sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text with their marks."""
    return tuple(one.strip() for one in _SENTENCE.findall(text) if one.strip())


def _sentence_with(value: str, body: str) -> str:
    """The sentence in which a value stands, or begins where it holds several; '' where none does."""
    first = next(iter(whole_sentences(value)), "").rstrip(END)
    return next((one for one in whole_sentences(body) if first and first in one), "")


def _written(body: str, values: Mapping[str, str]) -> Iterator[Fact]:
    """Figures and links that operators wrote into the response themselves."""
    for sentence in whole_sentences(body):
        own = sentence
        for value in sorted(filter(None, values.values()), key=len, reverse=True):
            own = re.sub(rf"(?<!\d){re.escape(value)}(?!\d)", " ", own)
        yield from (Fact("link", link, sentence) for link in _LINK.findall(own))
        text = read(_LINK.sub(" ", own)).text
        yield from (Fact("figure", text[one.start : one.end], sentence) for one in figures(text) if not _is_period(one))


def _is_period(figure: Figure) -> bool:
    """一年 and 每月 are of what a price is for."""
    return figure.kind == "months" and figure.raw == 1


@dataclass(frozen=True, slots=True)
class Reply:
    """Words that are to tell facts, read once."""

    text: str
    figures: tuple[Figure, ...]

    @classmethod
    def of(cls, words: str) -> Reply:
        reading = read(words)
        return cls(_plain(words), tuple(figures(reading.text)))

    def tells(self, fact: Fact) -> bool:
        """Whether a fact stands in them unaltered."""
        if fact.name == "link":
            return fact.value in self.text
        if _NUMBER.fullmatch(fact.value):
            return self._has_number(float(fact.value.replace(",", "")), fact.value)
        if fact.name != "figure" and is_name(fact.value):
            return _plain(fact.value) in self.text
        told = all(self._has(figure) for figure in figures(read(fact.value).text) if not _is_period(figure))
        return told and (fact.name == "figure" or self._explains(fact.value))

    def misnames(self, fact: Fact) -> bool:
        """Whether they say another name in its place, or its parts in disorder."""
        name = _plain(fact.value)
        rest = self.text.replace(name, "")
        pairs = {name[at : at + 2] for at in range(len(name) - 1)}
        garbled = len(pairs) > 2 and sum(pair in rest for pair in pairs) >= _GARBLED * len(pairs)
        return garbled or any(_plain(other) in rest for other in fact.others)

    def _has_number(self, number: float, said: str) -> bool:
        stands = re.search(rf"(?<![\d.]){re.escape(said)}(?![\d]|\.\d)", self.text)
        return stands is not None or any(math.isclose(one.raw, number, abs_tol=_CLOSE) for one in self.figures)

    def _has(self, figure: Figure) -> bool:
        return any(
            figure.kind in (one.kind, "plain") and math.isclose(one.value, figure.value, abs_tol=_CLOSE) for one in self.figures
        )

    def _explains(self, value: str) -> bool:
        """Whether most of an explanation stands, none of it turned into its contrary."""
        clauses = [_plain(clause) for clause in _CLAUSES.split(value) if clause]
        if any(self._contradicts(clause) for clause in clauses):
            return False
        pairs = {clause[at : at + 2] for clause in clauses for at in range(len(clause) - 1)}
        told = sum(pair in self.text for pair in pairs)
        return any(clause in self.text for clause in clauses) or told >= _EXPLAINED * len(pairs)

    def _contradicts(self, clause: str) -> bool:
        """不另外收费 told as 另外收费, or the other way round: the same but for what denies it."""
        bare = _NOT.sub("", clause)
        if len(bare) < 2:
            return False
        return (bare in _NOT.sub("", self.text) and clause not in self.text) or f"不{clause}" in self.text


def _plain(text: str) -> str:
    return _SPACE.sub("", fold(text))
