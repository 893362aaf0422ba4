"""What a sentence means, as far as it has been learnt: how near it is to what no seller may say (dialogue/guard/lessons).

The burden of proof lies with the sentence: wording that neither the bot's own texts nor lawful talk know speaks against it,
nearness to one of the bot's own sentences for it.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dialogue.guard.evidence import Known, Suspicions, Texts
from dialogue.guard.grams import clauses, normal
from dialogue.guard.reading import Reading
from dialogue.guard.retold import Retold
from dialogue.guard.trees import Trees
from dialogue.guard.words import courtesy
from nlu.text import is_han

FILE = Path(__file__).with_name("meaning.npz")
_HARMLESS = 9.0


@dataclass(frozen=True, slots=True)
class Learnt:
    """meaning.npz: what is known of wordings, and how what speaks for and against a sentence adds up."""

    known: Known
    trees: Trees
    limit: float
    """Sums above it are stopped."""

    @classmethod
    def load(cls, path: Path = FILE) -> Learnt:
        """Reads what `save` wrote."""
        with np.load(path) as kept:
            text = str(kept["pairs"])
            listed = [text[at : at + 2] for at in range(0, len(text), 2)]
            rarity = dict(zip(listed, kept["rarity"].astype(float).tolist(), strict=True))
            lawful = frozenset(pair for pair, known in zip(listed, kept["lawful"], strict=True) if known)
            known = Known(kept["weights"].astype(np.float32), float(kept["bias"]), rarity, float(kept["rarest"]), lawful)
            trees = Trees(kept["features"].astype(np.int64), kept["limits"], kept["leaves"], float(kept["start"]))
            return cls(known, trees, float(kept["limit"]))

    def save(self, path: Path) -> None:
        """As `load` reads it."""
        known, trees = self.known, self.trees
        np.savez_compressed(
            path,
            weights=known.weights.astype(np.float16),
            bias=np.float32(known.bias),
            pairs=np.array("".join(known.rarity)),
            rarity=np.array(list(known.rarity.values()), dtype=np.float16),
            rarest=np.float32(known.rarest),
            lawful=np.array([pair in known.lawful for pair in known.rarity]),
            features=trees.features.astype(np.int8),
            limits=trees.limits,
            leaves=trees.leaves,
            start=np.float32(trees.start),
            limit=np.float32(self.limit),
        )


@functools.cache
def learnt() -> Learnt:
    """What the project's own lessons teach."""
    return Learnt.load()


class Meaning:
    """How far a text is from what this bot may say. `own` are its (folded) texts. Thread safe."""

    def __init__(self, own: Iterable[str], given: Learnt | None = None) -> None:
        self._learnt = given or learnt()
        texts = [clauses(normal(text)) for text in own]
        self._own = frozenset(clause for text in texts for clause in text)
        self._retold = Retold(texts)
        self._texts = Texts(texts, self._learnt.known)

    def weigh(self, reading: Reading, found: Suspicions | None = None, customers: Collection[str] = ()) -> float:
        """How strongly what is new in a reading speaks against itself; above 0 it is not to be heard.

        Behind what was said before it weighs as it does with that, if that is worse. `customers` are pairs of what he told.
        """
        suspicions = found or Suspicions()
        new = reading.text[reading.start :]
        alone = self._of(new, suspicions, customers)
        if not reading.start:
            return alone
        first = reading.clause(reading.start)[0]
        return max(alone, self._of(reading.text[first:], suspicions, customers))

    def _of(self, text: str, found: Suspicions, customers: Collection[str]) -> float:
        """The mean of all that is said, and of what is left without courtesies; what consists of the bot's own clauses passes."""
        said = normal(text)
        parts = [part for part in said.split(",") if part]
        telling = [part for part in parts if any(map(is_han, part)) and not courtesy().fullmatch(part.rstrip("?"))]
        if all(part.rstrip("?") in self._own for part in telling) or self._retold.says(telling):
            return -_HARMLESS
        bare = ",".join(telling)
        whole = self._sum(said, found, customers)
        return (whole + (whole if bare == said else self._sum(bare, found, customers))) / 2 - self._learnt.limit

    def _sum(self, normalised: str, found: Suspicions, customers: Collection[str]) -> float:
        return self._learnt.trees.weigh(self._texts.evidence(normalised, found, customers))
