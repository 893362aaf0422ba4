"""Dialect rewriting: nlu's lexicon and word orders turned round, from Mandarin to the dialect.

A rewriting stands only where nlu reads it back as the Mandarin that it was made of: so the contexts that the lexicon asks for are
kept, and what a corpus says is what the bot understands.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from nlu.dialects import DialectLexicon, Entry, normalise, read_words, standard
from nlu.dialects.lexicon import file_of
from synth_data.texts.splits import SLOT
from synth_data.texts.wording.order import Turned, turned

FOLDER = Path(__file__).parent
ALTERNATIVES = 3
"""Of the words that a dialect has for one of Mandarin, those that its file names first."""
WEIGHTS = (0.65, 0.25, 0.1)
REORDER = 0.7
_MARK = 0xE000
"""First of the private characters that stand for slots while a sentence is looked at."""


class WordingError(ValueError):
    """What a rewriting needs is not there."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sentence may be worded otherwise: [start, end), the most usual wording first."""

    start: int
    end: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rewording:
    """The words of one dialect. `by_mandarin` gives what it says for a word of Mandarin, the most usual first."""

    dialect: str
    by_mandarin: dict[str, tuple[Entry, ...]]
    orders: tuple[Turned, ...]
    lexicon: DialectLexicon

    def reword(self, text: str, strength: float, rng: np.random.Generator) -> str:
        """The sentence (a template whose choices are taken) with about `strength` of what can be in the dialect's words put so.

        Slots are kept. Comes back as it was where the dialect says it no otherwise.
        """
        marked, slots = _marked(text)
        if self.orders and rng.random() < strength * REORDER:
            marked = self._reordered(marked, rng)
        pieces: list[str] = []
        at = 0
        for place in _places(self.dialect, marked):
            if rng.random() < strength:
                pieces += (marked[at : place.start], _weighted(place.words, rng))
                at = place.end
        return _unmarked("".join((*pieces, marked[at:])), slots)

    def _reordered(self, text: str, rng: np.random.Generator) -> str:
        options = _orderings(self.dialect, text)
        return options[int(rng.integers(len(options)))] if options else text

    def reads_back(self, said: str, mandarin: str) -> bool:
        """Whether nlu takes `said` for `mandarin`."""
        return self._plain(said) == self._plain(mandarin)

    def _plain(self, text: str) -> str:
        return re.sub(r"[^\w\ue000-\uf8ff]", "", normalise(text, self.dialect, self.lexicon).text)


@cache
def rewording_of(dialect: str) -> Rewording | None:
    """The wording of a dialect code; None where nothing is known of it (Mandarin itself)."""
    name = file_of(dialect)
    own = FOLDER / f"{dialect if name is None else name}.tsv"
    added = read_words(own, name or dialect) if own.is_file() else ()
    if name is None and not added:
        return None
    entries = [*added, *(entry for entry in standard().entries if entry.dialect == name)]
    lexicon = DialectLexicon((*entries, *standard().entries) if added else standard().entries, standard().orders)
    meanings = {entry.word: entry.mandarin for entry in reversed(entries)}
    own_orders = (turned(order, meanings) for order in standard().orders if order.dialect == name)
    orders = tuple(order for order in own_orders if order is not None)
    avoided = frozenset(_avoided().get(name or dialect, ()))
    return Rewording(dialect, _by_mandarin(entries, avoided), orders, lexicon)


def _by_mandarin(entries: Iterable[Entry], avoided: frozenset[str]) -> dict[str, tuple[Entry, ...]]:
    """A word's own Mandarin form among those of the added file (便宜 for 便宜) keeps the others from being used always."""
    found: dict[str, list[Entry]] = {}
    for entry in entries:
        known = found.setdefault(entry.mandarin, [])
        if entry.word not in avoided and all(entry.word != one.word for one in known):
            known.append(entry)
    return {mandarin: tuple(several[:ALTERNATIVES]) for mandarin, several in found.items() if several}


@lru_cache(maxsize=20_000)
def _places(dialect: str, text: str) -> tuple[Place, ...]:
    """Words of `text` that have other ones in the dialect, those only that are read back in this very sentence."""
    rewording = _known(dialect)
    places: list[Place] = []
    for start, end in _spans(text, rewording.by_mandarin):
        before, after = re.split("，", text[:start])[-1], re.split("，", text[end:])[0]
        entries = [one for one in rewording.by_mandarin[text[start:end]] if one.condition.holds(before, after)]
        words = [one.word.upper() for one in entries]
        held = tuple(word for word in words if rewording.reads_back(f"{text[:start]}{word}{text[end:]}", text))
        if held:
            places.append(Place(start, end, held))
    return tuple(places)


@lru_cache(maxsize=20_000)
def _orderings(dialect: str, text: str) -> tuple[str, ...]:
    rewording = _known(dialect)
    made = (said for order in rewording.orders for said in order.ways(text))
    return tuple(said for said in dict.fromkeys(made) if said != text and rewording.reads_back(said, text))


@cache
def _avoided() -> dict[str, list[str]]:
    loaded: dict[str, list[str]] = yaml.safe_load((FOLDER / "avoid.yml").read_text("utf-8"))
    return loaded


def _known(dialect: str) -> Rewording:
    rewording = rewording_of(dialect)
    if rewording is None:
        raise ValueError(f"there is no wording of the dialect '{dialect}'")
    return rewording


def _spans(text: str, known: Container[str]) -> list[tuple[int, int]]:
    """Whole words, or several together, that `known` has: the longest first, from left to right."""
    ends = [0]
    for word in _jieba().cut(text, HMM=False):
        ends.append(ends[-1] + len(word))
    spans: list[tuple[int, int]] = []
    at = 0
    while at < len(ends) - 1:
        last = next((end for end in range(len(ends) - 1, at, -1) if text[ends[at] : ends[end]] in known), None)
        if last is not None:
            spans.append((ends[at], ends[last]))
        at = at + 1 if last is None else last
    return spans


@cache
def _jieba() -> Any:  # Any: an untyped package
    try:
        import jieba
    except ImportError as fault:
        raise WordingError("dialect wording needs the package jieba; run: pip install 'xiangyin[train]'") from fault
    jieba.setLogLevel(60)  # it tells how it loads its dictionary
    return jieba


def _marked(text: str) -> tuple[str, list[str]]:
    slots = [found[0] for found in SLOT.finditer(text)]
    marks = iter(range(len(slots)))
    return SLOT.sub(lambda _: chr(_MARK + next(marks)), text), slots


def _unmarked(text: str, slots: list[str]) -> str:
    return "".join(slots[ord(sign) - _MARK] if _MARK <= ord(sign) < _MARK + len(slots) else sign for sign in text)


def _weighted(words: tuple[str, ...], rng: np.random.Generator) -> str:
    weights = np.array(WEIGHTS[: len(words)])
    return words[int(rng.choice(len(words), p=weights / weights.sum()))]
