"""What speaks for and against a sentence: the odds of its n-grams, its unknown words, how far the bot's own texts say it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dialogue.guard.grams import BUCKETS, FIGURE, clauses, gapped, pairs, places
from dialogue.guard.trees import Floats
from dialogue.guard.words import courtesy
from nlu.text import is_han

KINDS = 20
"""Numbers that `Texts.evidence` gives."""
_DENYING = frozenset("不没无免非别未")
_USUAL = (0.28, 0.51, 0.37, 0.25, 0.3, 2.6)
"""What `_own` gives of lawful replies of the houses, in the middle: assumed where a bot has no texts to compare with."""


@dataclass(frozen=True, slots=True)
class Suspicions:
    """What lists and figures have against a sentence, none of it a proof: wordings of promises, figures of nothing named (loose)
    beside those that have a source (traced)."""

    worded: bool = False
    claimed: bool = False
    loose: int = 0
    traced: int = 0


@dataclass(frozen=True, slots=True)
class Known:
    """`weights` (3, BUCKETS) of n-grams, of those that no text of the bot's has, and of pairs with a gap; `rarity` of pairs of
    characters, the `rarest` of a pair never seen; the pairs of `lawful` lessons."""

    weights: Floats
    bias: float
    rarity: Mapping[str, float]
    rarest: float
    lawful: frozenset[str]


class Texts:
    """The bot's own texts, as a sentence is compared with them. Thread safe."""

    def __init__(self, texts: Iterable[Sequence[str]], known: Known) -> None:
        """`texts`: each its normalised clauses."""
        listed = list(dict.fromkeys(tuple(text) for text in texts if text))
        self._known = known
        self._heard = np.zeros(BUCKETS, dtype=np.bool_)
        self._of_clause: dict[str, list[int]] = defaultdict(list)
        self._of_text: dict[str, list[int]] = defaultdict(list)
        for at, clause in enumerate(dict.fromkeys(clause for text in listed for clause in text)):
            for pair in set(pairs(clause)):
                self._of_clause[pair].append(at)
        for at, text in enumerate(listed):
            self._heard[places(",".join(text))] = True
            for pair in {pair for clause in text for pair in pairs(clause)}:
                self._of_text[pair].append(at)
        self._whole = [self._rarity({pair for clause in text for pair in pairs(clause)}) for text in listed]
        self._lawful = known.lawful | self._of_clause.keys()

    def evidence(self, normalised: str, found: Suspicions, customers: Collection[str] = ()) -> Floats:
        """(KINDS,): odds of n-grams, of new ones and of pairs with a gap; share and number of unknown characters; how near the
        bot's texts are (`_own`); length, clauses, those that tell something, denials; a figure; suspicions.

        `customers` are pairs of what the customer told of himself.
        """
        parts = clauses(normalised)
        telling = [part for part in parts if any(map(is_han, part)) and not courtesy().fullmatch(part)]
        length = max(1, sum(map(len, parts)))
        unknown = sum(self._unknown(part, customers) for part in parts)
        shape = (
            np.log(length),
            len(parts),
            len(telling),
            min(3, sum(one in _DENYING for one in normalised)),
            FIGURE in normalised,
        )
        suspected = (found.worded, found.claimed, min(3, found.loose), min(3, found.traced))
        odds = self.odds(places(normalised), gapped(normalised))
        return np.array((*odds, unknown / length, unknown, *self._own(parts, telling), *shape, *suspected), dtype=np.float32)

    def odds(self, grams: npt.NDArray[np.int64], gaps: npt.NDArray[np.int64]) -> tuple[float, float, float]:
        """Those of all n-grams, of those that no text of the bot's has, of pairs with a gap."""
        weights = self._known.weights
        every = float(weights[0, grams].sum()) + self._known.bias
        return every, float(weights[1, self.new(grams)].sum()), float(weights[2, gaps].sum())

    def new(self, grams: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Those n-grams that no text of the bot's has."""
        return grams[~self._heard[grams]]

    def _unknown(self, clause: str, customers: Collection[str]) -> int:
        """Chinese characters that stand in no known pair."""
        known = [pair in self._lawful or pair in customers for pair in pairs(clause)]
        beside = zip((False, *known), (*known, False), clause, strict=True)
        return sum(1 for before, after, character in beside if not before and not after and is_han(character))

    def _rarity(self, said: Iterable[str]) -> float:
        return sum(self._known.rarity.get(pair, self._known.rarest) for pair in said)

    def _own(self, parts: list[str], telling: list[str]) -> tuple[float, ...]:
        """Shares of its pairs, the rarer the heavier: of the nearest of the bot's clauses, of all of them, of the nearest text;
        how much of that text is said; the least cover of a clause; how many texts there are (logarithm)."""
        said = {pair for part in parts for pair in pairs(part)}
        if not self._whole or not said:
            return _USUAL if not self._whole else (0.0, 0.0, 0.0, 0.0, 1.0, float(np.log1p(len(self._whole))))
        whole = self._rarity(said)
        clause, text = self._shared(said, self._of_clause), self._shared(said, self._of_text)
        nearest = max(text, key=lambda at: text[at], default=-1)
        best = text[nearest] if text else 0.0
        return (
            max(clause.values(), default=0.0) / whole,
            self._rarity(said & self._of_clause.keys()) / whole,
            best / whole,
            best / self._whole[nearest] if text else 0.0,
            min(map(self._cover, telling), default=1.0),
            float(np.log1p(len(self._whole))),
        )

    def _shared(self, said: Iterable[str], where: Mapping[str, list[int]]) -> dict[int, float]:
        found: dict[int, float] = defaultdict(float)
        for pair in said:
            if pair in where:
                weight = self._known.rarity.get(pair, self._known.rarest)
                for at in where[pair]:
                    found[at] += weight
        return found

    def _cover(self, clause: str) -> float:
        said = set(pairs(clause))
        return self._rarity(said & self._of_clause.keys()) / self._rarity(said) if said else 1.0
