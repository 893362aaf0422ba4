"""Training data made ready: sentences as their parts, and more compound ones made of single ones."""

from __future__ import annotations

import hashlib
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from nlu.confidence import NONE
from nlu.confusion import garble
from nlu.data import Example
from nlu.student.joiners import Joiners, joined


@dataclass(frozen=True, slots=True)
class Piece:
    """A text with one intent (NONE: out of scope). Pieces of one `group` say the same, as typed and as heard.

    `shares` of labels, where a teacher gave them, are what the networks learn instead of the label; they sum to 1.
    """

    text: str
    label: str
    group: str
    shares: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Compound:
    """A sentence of several needs: its pieces in spoken order, each with the joiner before it (the first has none)."""

    pieces: tuple[Piece, ...]
    joiners: tuple[str, ...]

    @property
    def text(self) -> str:
        """What was said."""
        said = self.pieces[0].text
        for piece, joiner in zip(self.pieces[1:], self.joiners[1:], strict=True):
            said = joined((said, piece.text), joiner)
        return said

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(piece.label for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that is learnt from."""

    singles: tuple[Piece, ...]
    compounds: tuple[Compound, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        return tuple(sorted({piece.label for piece in self.singles}))

    def without(self, share: float, seed: int) -> tuple[Material, Material]:
        """Two materials: what is left, and about `share` of the groups; compounds of both kinds of groups fall away."""
        kept = [piece for piece in self.singles if not _drawn(piece.group, share, seed)]
        held = [piece for piece in self.singles if _drawn(piece.group, share, seed)]
        drawn = [(one, {_drawn(piece.group, share, seed) for piece in one.pieces}) for one in self.compounds]
        left = tuple(one for one, kinds in drawn if kinds == {False})
        return Material(tuple(kept), left), Material(tuple(held), tuple(one for one, kinds in drawn if kinds == {True}))


def views(examples: Iterable[Example]) -> Iterator[tuple[Example, str]]:
    """Each example as typed, and as heard where that differs, with the group of both."""
    for example in examples:
        yield example, example.text
        if example.asr and example.asr != example.text:
            yield Example(example.asr, example.intents), example.text


def singles(examples: Iterable[Example]) -> list[Piece]:
    """The sentences of one intent, and those out of scope."""
    found = (one for one in views(examples) if len(one[0].intents) < 2)
    return [Piece(example.text, (*example.intents, NONE)[0], group) for example, group in found]


def misheard(pieces: Sequence[Piece], copies: int, rate: float, seed: int) -> list[Piece]:
    """So many copies of each piece, as a recogniser with a character error rate of `rate` might have written it."""
    rng = random.Random(seed)
    slipped = ((piece, garble(piece.text, rate, rng)) for _ in range(copies) for piece in pieces)
    return [replace(piece, text=text) for piece, text in slipped if text.strip() and text != piece.text]


def with_shares(pieces: Iterable[Piece], shares: Mapping[str, Mapping[str, float]]) -> list[Piece]:
    """The pieces with the shares of labels that their group has, if any."""
    return [replace(piece, shares=tuple(shares.get(piece.group, {}).items())) for piece in pieces]


def unique(pieces: Iterable[Piece]) -> list[Piece]:
    """Each text once, with the label that it has most often."""
    labels: dict[str, Counter[str]] = defaultdict(Counter)
    first: dict[str, Piece] = {}
    for piece in pieces:
        labels[piece.text][piece.label] += 1
        first.setdefault(piece.text, piece)
    return [replace(first[text], label=counts.most_common(1)[0][0]) for text, counts in labels.items()]


def made(pieces: Sequence[Piece], orders: Sequence[tuple[str, ...]], joiners: Joiners, count: int, seed: int) -> list[Compound]:
    """Compound sentences made of single ones; which intents go together is drawn from `orders`, or two at random."""
    rng = random.Random(seed)
    by_label: dict[str, list[Piece]] = defaultdict(list)
    for piece in pieces:
        if piece.label != NONE:
            by_label[piece.label].append(piece)
    names = sorted(by_label)
    possible = [order for order in orders if all(label in by_label for label in order)]
    found: list[Compound] = []
    for _ in range(count if len(names) > 1 else 0):
        labels = rng.choice(possible) if possible else tuple(rng.sample(names, 2))
        chosen = tuple(rng.choice(by_label[label]) for label in labels)
        found.append(Compound(chosen, ("", *rng.choices(joiners.texts, k=len(chosen) - 1))))
    return found


def _drawn(group: str, share: float, seed: int) -> bool:
    """The same answer for the same group, whatever else the data hold."""
    digest = hashlib.sha256(f"{seed}|{group}".encode()).digest()
    return int.from_bytes(digest[:4], "big") < share * 2**32
