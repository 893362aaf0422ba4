"""Sentences made ready for the network, and the compound ones that are made anew for every round of training."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from nlu.student.inputs import Ids, Inputs

JOINERS = (
    *("还要", "另外", "最好", "再", "顺便", "并且", "同时", "还有", "然后", "对了", "而且", "再就是", "也", "还有就是"),
    *("仲要", "仲有", "同埋", "那", "其次"),
)
"""Said between two needs; they belong to the second one."""
OPENERS = ("affirm", "deny", "greet", "thank")
"""What is said in a word before a need: 行, 不是, 你好."""
USED = 8
"""Features of a token that are looked at; only long Latin words have more."""
UNKNOWN = -100
"""The label of a token that has none, as torch's losses have it."""
_JOINED, _OPENED, _SLIPPED = 0.15, 0.12, 0.2
"""Shares: of seams with a joiner (most callers need none), of made compounds with an opener, of pieces with slips."""
_AS_SPOKEN, _ANY, _THREE = 0.45, 0.3, 0.25
"""Of the made compounds, those with the intents of a real one, and those with any (three in a quarter of them); the others
have one intent twice."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One need's words: feature ids (tokens, USED), its label, and the written form and sound of its first and last token.

    `slipped` is the same as a recogniser may have written it.
    """

    ids: Ids
    label: int
    first: tuple[str, str]
    last: tuple[str, str]
    slipped: Piece | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A sentence for the network: whether a need begins, and the label or UNKNOWN, by token; the first token's cut is -1."""

    ids: Ids
    cuts: npt.NDArray[np.float32]
    labels: npt.NDArray[np.int64]


def piece(inputs: Inputs, text: str, label: int) -> Piece | None:
    """A text as a piece; None where it has no token."""
    read = inputs.read(text)
    if not read.tokens:
        return None
    ends = [read.folded[token.start : token.end] for token in (read.tokens[0], read.tokens[-1])]
    first, last = ((written, inputs.sounds.mandarin.of(written)) for written in ends)
    return Piece(read.ids[:, :USED], label, first, last)


@dataclass(frozen=True, slots=True)
class Material:
    """What the network is trained on. `compounds` are cut; `joiners` have the label of no need."""

    inputs: Inputs
    labels: tuple[str, ...]
    singles: tuple[Piece, ...]
    compounds: tuple[tuple[Piece, ...], ...]
    joiners: tuple[Piece, ...]
    nothing: int

    def size(self, made: int) -> int:
        """The rows of one round."""
        return len(self.singles) + 2 * len(self.compounds) + made

    def round(self, made: int, rng: random.Random) -> list[Row]:
        """The rows of one round of training in random order: all sentences, real compounds twice, and `made` others."""
        seams = _Seams.of(self.inputs)
        rows = [[one] for one in self.singles] + [list(one) for one in (*self.compounds, *self.compounds)]
        rows += self._made(made, rng)
        rng.shuffle(rows)
        return [seams.joined([_heard(one, rng) for one in row]) for row in rows]

    def _made(self, count: int, rng: random.Random) -> list[list[Piece]]:
        spoken = [one for one in self.singles if one.label != self.nothing] + [one for row in self.compounds for one in row]
        of_label: dict[int, list[Piece]] = defaultdict(list)
        for one in spoken:
            of_label[one.label].append(one)
        openers = [one for name in OPENERS if name in self.labels for one in of_label[self.labels.index(name)]]
        seams = _Seams.of(self.inputs)
        found: list[list[Piece]] = []
        for _ in range(count if len(of_label) > 1 else 0):
            pieces = [rng.choice(of_label[label]) for label in self._order(spoken, rng)]
            joined = [seams.led(rng.choice(self.joiners), one) if rng.random() < _JOINED else one for one in pieces[1:]]
            opener = [rng.choice(openers)] if openers and rng.random() < _OPENED else []
            found.append([*opener, pieces[0], *joined])
        return found

    def _order(self, spoken: Sequence[Piece], rng: random.Random) -> list[int]:
        """Which labels follow each other in a made compound."""
        kind = rng.random()
        if kind < _AS_SPOKEN and self.compounds:
            return [one.label for one in rng.choice(self.compounds)]
        if kind < _AS_SPOKEN + _ANY:
            return [rng.choice(spoken).label for _ in range(3 if rng.random() < _THREE else 2)]
        return [rng.choice(spoken).label] * 2


@dataclass(frozen=True, slots=True)
class _Seams:
    """Puts pieces together: the features that pair a piece's first token with nothing before it become those of a real pair."""

    vocabulary: Mapping[str, int]
    edges: frozenset[int]

    @classmethod
    def of(cls, inputs: Inputs) -> _Seams:
        return cls(inputs.vocabulary, frozenset(at for name, at in inputs.vocabulary.items() if name[:2] in ("b^", "d^")))

    def joined(self, pieces: Sequence[Piece]) -> Row:
        """A row whose needs are the pieces."""
        ids = np.concatenate([one.ids for one in pieces])
        cuts = np.zeros(len(ids), dtype=np.float32)
        at = len(pieces[0].ids)
        for before, after in pairwise(pieces):
            ids[at] = self._seam(before, after)
            cuts[at] = 1.0
            at += len(after.ids)
        cuts[0] = -1.0
        return Row(ids, cuts, np.repeat([one.label for one in pieces], [len(one.ids) for one in pieces]))

    def led(self, joiner: Piece, one: Piece) -> Piece:
        """A piece with a joiner before it."""
        ids = np.concatenate([joiner.ids, one.ids])
        ids[len(joiner.ids)] = self._seam(joiner, one)
        return replace(one, ids=ids, first=joiner.first, slipped=None)

    def _seam(self, before: Piece, after: Piece) -> Ids:
        """The features of the first token of `after` behind `before`."""
        pairs = (f"b{before.last[0]} {after.first[0]}", f"d{before.last[1]} {after.first[1]}")
        own = [at for at in after.ids[0].tolist() if at and at not in self.edges]
        known = [own[0], *(self.vocabulary[name] for name in pairs if name in self.vocabulary), *own[1:]] if own else []
        row = np.zeros(USED, dtype=after.ids.dtype)
        row[: len(known[:USED])] = known[:USED]
        return row


def _heard(one: Piece, rng: random.Random) -> Piece:
    return one.slipped if one.slipped is not None and rng.random() < _SLIPPED else one
