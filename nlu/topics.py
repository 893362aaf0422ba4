"""What a sentence is about and how it is put, from general knowledge of words: for intents that have few examples.

Five sentences hold few of the words that people will use, but most of the topics: 红烧鱼怎么做 and 炒青菜的做法 share food. The
words of each topic are in topics.txt.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from nlu.text import NUMBER_SIGN, Token, fold, tokens

_FILE = Path(__file__).with_name("topics.txt")
_UNKNOWN = "?"
_LONGEST = 10
_FIGURES = (1, 3, 6, 8)
"""Figures in a row at which a new class begins: a count, a code, a telephone number."""
_ASKING = frozenset("什么啥怎吗呢吧哪谁几多嘛")
_PERSONS = frozenset("我你您他她它咱们")
_WISHING = frozenset("给帮请打开查找搜放播听看来要想发去")
_FUNCTION = (
    _ASKING
    | _PERSONS
    | _WISHING
    | frozenset(
        "这那样啊呀哦嗯哈啦了着过的得地是有在不没会能可以把让叫为和跟与对从到就都也还很太最少个一下点说做问知道好吃喜欢爱"
    )
)
"""Characters of sentences; names of things, films and firms have few of them."""

Span = tuple[str, int, int]
"""A topic, or "" where no topic knows the word, on the words [start, end)."""


@dataclass(frozen=True, slots=True)
class Topics:
    """Folded words and the topic of each; `food/dish` is a part of the topic `food`."""

    of_word: Mapping[str, str]
    longest: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "longest", max(map(len, self.of_word), default=1))

    def spans(self, words: Sequence[str]) -> tuple[Span, ...]:
        """The words from left to right, the longest known first; they cover the sentence."""
        found: list[Span] = []
        at = 0
        while at < len(words):
            name, end = self._longest(words, at)
            found.append((name, at, end))
            at = end
        return tuple(found)

    def _longest(self, words: Sequence[str], start: int) -> tuple[str, int]:
        for end in range(min(len(words), start + self.longest), start, -1):
            name = self.of_word.get("".join(words[start:end]))
            if name is not None:
                return name, end
        return "", start + 1


@functools.cache
def standard() -> Topics:
    """The topics that come with the program."""
    of_word: dict[str, str] = {}
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        name, colon, words = line.partition(": ")
        if colon and not line.startswith("#"):
            for word in words.split():
                of_word.setdefault("".join(token.text for token in tokens(fold(word))), name)
    of_word.pop(NUMBER_SIGN, None)
    return Topics(of_word)


@functools.lru_cache(maxsize=4096)
def of_text(text: str) -> frozenset[str]:
    """The topics of a sentence's words."""
    spans = standard().spans([token.text for token in tokens(fold(text)) if not token.mark])
    return frozenset(name for name, _, _ in spans if name)


def about(spans: Sequence[Span]) -> list[str]:
    """Features of the topics and their order; no topic occurs twice among the single ones."""
    fine = [name for name, _, _ in spans if name]
    features = [f"T{name}" for name in dict.fromkeys(fine)]
    features += [f"S{name}" for name in dict.fromkeys(map(_whole, fine))]
    row = ["^", *_row(spans), "$"]
    coarse = [_whole(name) for name in row]
    features += [f"B{first} {second}" for first, second in pairwise(row)]
    if coarse != row:
        features += [f"b{first} {second}" for first, second in pairwise(coarse)]
    return [*features, *("C" + " ".join(coarse[at : at + 3]) for at in range(len(coarse) - 2))]


def shape(words: Sequence[Token]) -> list[str]:
    """Features of how a sentence is put: does it ask, speak to someone, wish for something, or is it a bare name?"""
    characters = [word.text for word in words]
    asks, addresses, wishes = (any(one in kind for one in characters) for kind in (_ASKING, _PERSONS, _WISHING))
    plain = sum(one in _FUNCTION for one in characters)
    figures = max((word.end - word.start for word in words if word.text == NUMBER_SIGN), default=0)
    features = [
        f"h{min(plain, 3)}",
        f"q{asks}",
        f"P{addresses}",
        f"c{wishes}",
        f"d{asks}{addresses}{wishes}",
        f"s{characters[0] in _PERSONS | _WISHING if characters else False}",
        f"g{sum(figures >= limit for limit in _FIGURES)}",
        f"a{any(one.isascii() and one.isalpha() for one in characters)}",
    ]
    return features if plain else [*features, f"H{min(len(words), _LONGEST) // 2}"]


def _row(spans: Sequence[Span]) -> Iterator[str]:
    """The topics in order; words that no topic knows count as one where they stand together."""
    before = ""
    for name, _, _ in spans:
        shown = name or _UNKNOWN
        if shown != _UNKNOWN or before != _UNKNOWN:
            yield shown
        before = shown


def _whole(name: str) -> str:
    return name.partition("/")[0]
