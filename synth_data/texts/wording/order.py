"""Word orders of nlu.dialects turned round: what they make Mandarin of is what Mandarin is made into."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from nlu.dialects.word_order import WordOrder
from nlu.text import fold

_VARIABLE = re.compile(r"\{([a-z])\}")
_GROUP = re.compile(r"\(\?P<([a-z])>((?:[^()\\]|\\.)*)\)|\(\?P=([a-z])\)")
_MOST = 6


@dataclass(frozen=True, slots=True)
class Turned:
    """`mandarin` finds the sentence; `said` are the pieces of the dialect's: texts, and per variable what it may be."""

    mandarin: re.Pattern[str]
    said: tuple[str, ...]
    words: dict[str, dict[str, tuple[str, ...]]]
    """Variable -> Mandarin word -> the dialect's words; empty for a variable that is any text."""
    free: dict[str, tuple[str, ...]]
    """Variables that Mandarin does not say (a particle): what they may be."""

    def ways(self, text: str) -> Iterator[str]:
        """What the dialect may say for `text`, a few at the most."""
        found = self.mandarin.search(text)
        if found is None:
            return
        choices = [self._piece(piece, found) for piece in self.said]
        for pieces in itertools.islice(itertools.product(*choices), _MOST):
            yield text[: found.start()] + "".join(pieces) + text[found.end() :]

    def _piece(self, piece: str, found: re.Match[str]) -> tuple[str, ...]:
        variable = _VARIABLE.fullmatch(piece)
        if variable is None:
            return (piece,)
        name = variable[1]
        if name in self.free:
            return self.free[name]
        said = found[name]
        return self.words[name].get(said, (said,)) if name in self.words else (said,)


def turned(order: WordOrder, meanings: Mapping[str, str]) -> Turned | None:
    """The order from Mandarin to the dialect, `meanings` telling what its words are in Mandarin. None for one whose Mandarin
    side leaves out what the dialect's needs."""
    pattern = order.pattern.pattern
    words, ranges = _variables(pattern, meanings)
    mandarin = _mandarin_pattern(order.mandarin, words, ranges)
    start, end = ("^" if pattern.startswith("^") else ""), ("$" if pattern.endswith("$") else "")
    named = {found[1] for piece in order.mandarin if (found := _VARIABLE.fullmatch(piece))}
    free = {name: tuple(word for said in by.values() for word in said) for name, by in words.items() if name not in named}
    if any(name not in named and name not in free for name in ranges):
        return None
    kept = {name: by for name, by in words.items() if name in named}
    return Turned(re.compile(f"{start}{mandarin}{end}"), _pieces(pattern), kept, free)


def _variables(pattern: str, meanings: Mapping[str, str]) -> tuple[dict[str, dict[str, tuple[str, ...]]], dict[str, str]]:
    """The variables of a compiled pattern that are lists of words, and the regular expressions of the others."""
    words: dict[str, dict[str, tuple[str, ...]]] = {}
    ranges: dict[str, str] = {}
    for found in _GROUP.finditer(pattern):
        name, what = found[1], found[2]
        if name is None:
            continue
        if what.startswith("["):
            ranges[name] = what
            continue
        by_mandarin: dict[str, list[str]] = {}
        said = [re.sub(r"\\(.)", r"\1", word) for word in what.split("|")]
        for word in said:
            by_mandarin.setdefault(meanings.get(fold(word), word), []).append(word)
        words[name] = {mandarin: tuple(several) for mandarin, several in by_mandarin.items()}
    return words, ranges


def _mandarin_pattern(pieces: tuple[str, ...], words: dict[str, dict[str, tuple[str, ...]]], ranges: dict[str, str]) -> str:
    regex, seen = "", set[str]()
    for piece in pieces:
        variable = _VARIABLE.fullmatch(piece)
        if variable is None:
            regex += re.escape(piece)
        elif variable[1] in seen:
            regex += f"(?P={variable[1]})"
        else:
            seen.add(variable[1])
            what = "|".join(map(re.escape, words[variable[1]])) if variable[1] in words else ranges[variable[1]]
            regex += f"(?P<{variable[1]}>{what})"
    return regex


def _pieces(pattern: str) -> tuple[str, ...]:
    """The dialect's side of a compiled pattern: texts, and variables as {x}."""
    pieces: list[str] = []
    at = 0
    body = pattern.removeprefix("^").removesuffix("$")
    for found in _GROUP.finditer(body):
        pieces += (re.sub(r"\\(.)", r"\1", body[at : found.start()]), f"{{{found[1] or found[3]}}}")
        at = found.end()
    pieces.append(re.sub(r"\\(.)", r"\1", body[at:]))
    return tuple(piece for piece in pieces if piece)
