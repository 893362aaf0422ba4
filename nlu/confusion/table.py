"""What may be heard for what: read from the TSV files beside this one, whose heads and columns name the sources."""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Slip = Literal["same", "near", "half", "other", "deleted", "inserted"]
SLIPS: tuple[Slip, ...] = ("same", "near", "half", "other", "deleted", "inserted")

_FOLDER = Path(__file__).parent
_SYLLABLE = re.compile(r"(zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(.*)")
_MOST_CANDIDATES = 48
"""So many characters are kept for each one and kind of slip, the most frequent: the rest is never written by a recogniser."""
_SAME_TONE = 4.0
"""catslu train: of slips within a syllable, 209 keep the tone and 70 don't."""
_FLATTENING = 0.75
"""Power of a character's count: frequent ones are likelier, but less than by their share."""
_BOTH = 0.3
"""Two mergers in one syllable (正 as 怎) beside one."""
_COMMON_CHARACTERS = 400
_ACCENTS = "accent"


class ConfusionError(ValueError):
    """A dialect or a rate that garbling doesn't know; the message says what is possible."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """What may be written instead of a character, the likeliest first."""

    characters: tuple[str, ...]
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Kinds:
    """Chances of the kinds of slips, in the order of SLIPS, summed; `more` is the chance that a slip is followed by another."""

    summed: tuple[float, ...]
    more: float


@dataclass(frozen=True, slots=True)
class Confusions:
    """The tables of one dialect. `kinds` hold for most characters, `particle_kinds` for those in `particles`."""

    dialect: str
    kinds: Kinds
    particle_kinds: Kinds
    counts: Mapping[str, int]
    pairs: Mapping[str, int]
    particles: Mapping[str, float]
    letters: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]
    """Latin letter -> (how it sounds in Chinese characters, letters taken for it)."""
    near: Mapping[str, tuple[tuple[str, float], ...]]
    """Syllable without tone -> syllables of the mergers, with weights."""
    half: Mapping[str, tuple[tuple[str, float], ...]]

    def candidates(self, character: str, slip: Slip) -> Candidates:
        """The characters that may stand for this one; none where the sounds allow none."""
        return _candidates(self.dialect, character, slip)


@functools.cache
def load(dialect: str = "cmn") -> Confusions:
    """The tables for a dialect code; `cmn` has the mergers heard everywhere. Raises ConfusionError for an unknown code."""
    rules = [row for row in _rows("sounds.tsv") if _holds(row[4], dialect)]
    known = {code for row in _rows("sounds.tsv") for code in row[4].split(",")} - {"*"} | {"cmn"}
    if dialect not in known:
        raise ConfusionError(f"no confusions for the dialect {dialect!r}; there are {', '.join(sorted(known))}")
    kinds = {name: _kinds(values) for name, *values in _rows("kinds.tsv")}
    spelled = {letter: (tuple(heard.split()), tuple(like.split())) for letter, heard, like in _rows("letters.tsv")}
    return Confusions(
        dialect,
        kinds["cmn" if dialect == "cmn" else _ACCENTS],
        kinds["particle"],
        {character: int(count) for character, count in _rows("characters.tsv")},
        {pair: int(count) for pair, count in _rows("pairs.tsv")},
        {particle: float(weight) for particle, weight in _rows("particles.tsv")},
        spelled,
        *_neighbours(rules),
    )


def _rows(name: str) -> Iterator[list[str]]:
    lines = (_FOLDER / name).read_text(encoding="utf-8").splitlines()
    body = itertools.islice((line for line in lines if line and not line.startswith("#")), 1, None)
    return (line.split("\t") for line in body)


def _holds(dialects: str, dialect: str) -> bool:
    return dialects == "*" or dialect in dialects.split(",")


def _kinds(values: Iterable[str]) -> Kinds:
    *shares, more = map(float, values)
    total = sum(shares)
    return Kinds(tuple(itertools.accumulate(share / total for share in shares)), more)


@functools.lru_cache(maxsize=65536)
def readings(character: str) -> tuple[tuple[str, str], ...]:
    """The (syllable without tone, tone mark) of a character, the most frequent first; ü is written v."""
    from pypinyin.constants import PINYIN_DICT

    return tuple(map(_plain, filter(None, PINYIN_DICT.get(ord(character), "").split(","))))


def _plain(reading: str) -> tuple[str, str]:
    letters = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    plain = "".join(letter for letter in letters if letter.isascii())
    return plain, "".join(letter for letter in letters if not letter.isascii())


def parts(syllable: str) -> tuple[str, str]:
    """Initial and final of a syllable without tone, y and w counted as initials."""
    match = _SYLLABLE.fullmatch(syllable)
    return (match[1] or "", match[2]) if match else ("", syllable)


@functools.cache
def _common() -> Mapping[str, tuple[tuple[str, str, int], ...]]:
    """Syllable -> its common characters as (character, tone, count), by their first reading."""
    found: dict[str, list[tuple[str, str, int]]] = {}
    for character, count in _rows("characters.tsv"):
        for syllable, tone in readings(character)[:1]:
            found.setdefault(syllable, []).append((character, tone, int(count)))
    return {syllable: tuple(rows) for syllable, rows in found.items()}


Neighbours = Mapping[str, tuple[tuple[str, float], ...]]


def _neighbours(rules: list[list[str]]) -> tuple[Neighbours, Neighbours]:
    """For every syllable the merged ones, and those that share an initial or a final."""
    weights: dict[tuple[str, frozenset[str]], float] = {}
    for kind, one, other, weight, *_ in rules:
        key = kind, frozenset({one.replace("-", ""), other.replace("-", "")})
        weights[key] = weights.get(key, 0.0) + float(weight)
    syllables = {name: parts(name) for name in _common()}
    near: dict[str, list[tuple[str, float]]] = {name: [] for name in syllables}
    half: dict[str, list[tuple[str, float]]] = {name: [] for name in syllables}
    for one, other in itertools.permutations(syllables, 2):
        first, second = syllables[one], syllables[other]
        weight_here = _merger(frozenset({one, other}), first, second, weights)
        if weight_here:
            near[one].append((other, weight_here))
        elif (first[0] and first[0] == second[0]) or first[1] == second[1]:
            half[one].append((other, 1.0))
    return {name: tuple(row) for name, row in near.items()}, {name: tuple(row) for name, row in half.items()}


def _merger(
    both: frozenset[str], one: tuple[str, str], other: tuple[str, str], weights: Mapping[tuple[str, frozenset[str]], float]
) -> float:
    whole = weights.get(("syllable", both), 0.0)
    initial = 1.0 if one[0] == other[0] else weights.get(("initial", frozenset({one[0], other[0]})), 0.0)
    final = 1.0 if one[1] == other[1] else weights.get(("final", frozenset({one[1], other[1]})), 0.0)
    return whole + (initial * final if one[0] == other[0] or one[1] == other[1] else _BOTH * initial * final)


@functools.lru_cache(maxsize=200_000)
def _candidates(dialect: str, character: str, slip: Slip) -> Candidates:
    table = load(dialect)
    weights: dict[str, float] = {}
    if slip == "other":
        weights = dict.fromkeys(itertools.islice(table.counts, _COMMON_CHARACTERS), 1.0)
    else:
        for syllable, tone in readings(character)[:2]:
            for other, weight in _sounds(table, syllable, slip):
                for name, its_tone, count in _common().get(other, ()):
                    share = weight * count**_FLATTENING * (_SAME_TONE if tone == its_tone else 1.0)
                    weights[name] = max(weights.get(name, 0.0), share)
    weights.pop(character, None)
    best = sorted(weights.items(), key=lambda item: -item[1])[:_MOST_CANDIDATES]
    return Candidates(tuple(name for name, _ in best), tuple(weight for _, weight in best))


def _sounds(table: Confusions, syllable: str, slip: Slip) -> tuple[tuple[str, float], ...]:
    if slip == "same":
        return ((syllable, 1.0),)
    return (table.near if slip == "near" else table.half).get(syllable, ())
