"""What a sentence means, as far as it has been learnt: how near it is to what no seller may say (dialogue/guard/lessons).

The burden of proof lies with the sentence: wording that neither the bot's own texts nor lawful talk know speaks against it,
nearness to one of the bot's own sentences for it.
"""

from __future__ import annotations

import functools
import re
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from dialogue.guard.reading import Reading, read
from dialogue.guard.retold import Retold
from dialogue.guard.words import concept_words, courtesy, sign_words
from nlu import numbers
from nlu.text import is_han

Floats = npt.NDArray[np.float32]

FILE = Path(__file__).with_name("meaning.npz")
BUCKETS = 1 << 17
"""Places for n-grams: the lessons have some 60,000."""
LONGEST = 4
"""Characters of an n-gram."""
_FIGURE = "#"
_PLAIN = frozenset(("一", "百", "千", "万", "亿"))
"""Numerals that are parts of words more often than figures."""
_MARK = re.compile(r"[^\w#?]+")
_PLACEHOLDER = re.compile(r"\{\w+\}")
"""What a response leaves to be filled in; mostly figures."""
_HARMLESS = 9.0
_USUAL = (0.28, 0.51)
"""Nearness and cover of lawful replies (tests/data/guard, mean): what is assumed where a bot has no texts to compare with."""


def normal(text: str) -> str:
    """A folded text with its figures as # and its marks as commas: what is said, not how much of it."""
    text = _PLACEHOLDER.sub(_FIGURE, text)
    parts: list[str] = []
    last = 0
    for number in numbers.find(text):
        if text[number.start : number.end] not in _PLAIN:
            parts += [text[last : number.start], _FIGURE]
            last = number.end
    return _MARK.sub(",", "".join((*parts, text[last:]))).strip(",")


def clauses(normalised: str) -> list[str]:
    """Its parts between marks."""
    return [part for part in re.split(r"[,?]", normalised) if part]


def places(normalised: str) -> npt.NDArray[np.int64]:
    """The places of its n-grams, and of each one and two things that it speaks of, among BUCKETS, each once."""
    text = f"^{normalised}$"
    grams = {text[at : at + size] for size in range(1, LONGEST + 1) for at in range(len(text) - size + 1)}
    spoken_of = [name for name, words in concept_words() if words.search(normalised)]
    grams.update(spoken_of, map("".join, combinations(spoken_of, 2)))
    return np.fromiter({zlib.crc32(gram.encode()) % BUCKETS for gram in grams}, dtype=np.int64)


def pairs(clause: str) -> Iterator[str]:
    """Each two characters in a row."""
    return (one + other for one, other in pairwise(clause))


def pairs_of(texts: Iterable[str]) -> frozenset[str]:
    """The pairs of characters of texts as somebody said or wrote them."""
    return frozenset(pair for text in texts for clause in clauses(normal(read(text).text)) for pair in pairs(clause))


@dataclass(frozen=True, slots=True)
class Learnt:
    """meaning.npz: `weights` of n-grams, `rarity` of pairs of characters, the pairs of `lawful` lessons, how all that adds up."""

    weights: Floats
    bias: float
    rarity: Mapping[str, float]
    rarest: float
    lawful: frozenset[str]
    sums: Floats
    """Weights of what `Meaning.evidence` gives, the last a constant."""
    limit: float
    """Sums above it are stopped."""

    @classmethod
    def load(cls, path: Path = FILE) -> Learnt:
        """Reads what dialogue.guard.learning wrote."""
        with np.load(path) as kept:
            text = str(kept["pairs"])
            listed = [text[at : at + 2] for at in range(0, len(text), 2)]
            rarity = dict(zip(listed, kept["rarity"].astype(float).tolist(), strict=True))
            lawful = frozenset(pair for pair, known in zip(listed, kept["lawful"], strict=True) if known)
            weights = kept["weights"].astype(np.float32)
            sums = kept["sums"].astype(np.float32)
            return cls(weights, float(kept["bias"]), rarity, float(kept["rarest"]), lawful, sums, float(kept["limit"]))


@functools.cache
def learnt() -> Learnt:
    """What the project's own lessons teach."""
    return Learnt.load()


class Meaning:
    """How far a text is from what this bot may say. `own` are its (folded) texts. Thread safe."""

    def __init__(self, own: Iterable[str], known: Learnt | None = None) -> None:
        self._learnt = known or learnt()
        texts = [clauses(normal(text)) for text in own]
        self._own = dict.fromkeys(clause for text in texts for clause in text)
        self._retold = Retold(texts)
        self._places: dict[str, list[int]] = defaultdict(list)
        for at, clause in enumerate(self._own):
            for pair in set(pairs(clause)):
                self._places[pair].append(at)
        self._known = self._learnt.lawful | self._places.keys()
        self._characters = frozenset("".join(self._known))

    def weigh(self, reading: Reading, customers: Collection[str] = ()) -> float:
        """How strongly what is new in a reading speaks against itself; above 0 it is not to be heard.

        Behind what was said before it weighs as it does with that, if that is worse. `customers` are pairs of what he told.
        """
        new = reading.text[reading.start :]
        alone = self._of(new, customers)
        if not reading.start:
            return alone
        first = reading.clause(reading.start)[0]
        return max(alone, self._of(reading.text[first:], customers))

    def _of(self, text: str, customers: Collection[str]) -> float:
        """The mean of all that is said, and of what is left without courtesies; what consists of the bot's own clauses passes."""
        said = normal(text)
        parts = [part for part in said.split(",") if part]
        telling = [part for part in parts if any(map(is_han, part)) and not courtesy().fullmatch(part.rstrip("?"))]
        if all(part.rstrip("?") in self._own for part in telling) or self._retold.says(telling):
            return -_HARMLESS
        bare = ",".join(telling)
        whole = self._sum(said, customers)
        return (whole + (whole if bare == said else self._sum(bare, customers))) / 2 - self._learnt.limit

    def _sum(self, normalised: str, customers: Collection[str]) -> float:
        return float(self._learnt.sums @ self.evidence(normalised, customers))

    def evidence(self, normalised: str, customers: Collection[str] = ()) -> Floats:
        """(odds by its n-grams, share and number of unknown characters, those never seen, nearness, cover, length, signs, any
        figure, 1)."""
        odds = float(self._learnt.weights[places(normalised)].sum()) + self._learnt.bias
        parts = clauses(normalised)
        length = max(1, sum(map(len, parts)))
        unknown = sum(self._unknown(part, customers) for part in parts)
        strange = sum(1 for part in parts for character in part if is_han(character) and character not in self._characters)
        nearest, covered = self._nearness(parts) if self._places else _USUAL
        signs = (float(bool(sign.search(normalised))) for sign in sign_words())
        about = (
            odds,
            unknown / length,
            unknown,
            strange,
            nearest,
            covered,
            np.log(length),
            *signs,
            float(_FIGURE in normalised),
            1.0,
        )
        return np.array(about, dtype=np.float32)

    def _unknown(self, clause: str, customers: Collection[str]) -> int:
        """Chinese characters that stand in no known pair."""
        known = [pair in self._known or pair in customers for pair in pairs(clause)]
        beside = zip((False, *known), (*known, False), clause, strict=True)
        return sum(1 for before, after, character in beside if not before and not after and is_han(character))

    def _nearness(self, parts: list[str]) -> tuple[float, float]:
        """Shares of its pairs, the rarer the heavier: those of the nearest of the bot's clauses, those of all of them."""
        said = {pair for part in parts for pair in pairs(part)}
        rarity, rarest = self._learnt.rarity, self._learnt.rarest
        whole = covered = 0.0
        found: dict[int, float] = defaultdict(float)
        for pair in said:
            weight = rarity.get(pair, rarest)
            whole += weight
            if pair in self._places:
                covered += weight
                for at in self._places[pair]:
                    found[at] += weight
        return (max(found.values(), default=0.0) / whole, covered / whole) if whole else (0.0, 0.0)
