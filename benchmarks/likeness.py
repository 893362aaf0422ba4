"""How near a sentence is to those that something was trained on, by the Jaccard index of character 4-grams."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

BOUND = 0.5
"""A hand-written test sentence stays below this with every training example."""


@dataclass(frozen=True, slots=True)
class Near:
    """The training text that is nearest to a sentence; `likeness` is in [0, 1]."""

    text: str
    likeness: float


def grams(text: str) -> frozenset[str]:
    """Character 4-grams without punctuation; a shorter sentence is one gram."""
    plain = re.sub(r"[\W_]", "", text).lower()
    return frozenset(plain[at : at + 4] for at in range(len(plain) - 3)) or frozenset({plain})


class Taught:
    """Training texts by their 4-grams, so that thousands are looked through in a moment."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = tuple(dict.fromkeys(texts))
        self._sizes: list[int] = []
        self._holders: dict[str, list[int]] = defaultdict(list)
        for number, text in enumerate(self._texts):
            own = grams(text)
            self._sizes.append(len(own))
            for gram in own:
                self._holders[gram].append(number)

    def nearest(self, sentence: str) -> Near:
        """The nearest training text; likeness 0 and an empty text where none shares a gram."""
        own = grams(sentence)
        shared = Counter(number for gram in own for number in self._holders.get(gram, ()))
        near = [(count / (len(own) + self._sizes[number] - count), self._texts[number]) for number, count in shared.items()]
        likeness, text = max(near, default=(0.0, ""))
        return Near(text, likeness)
