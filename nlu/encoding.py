"""Bundled students under a bot's own understanding: what they know of sales talk becomes features of every part of a sentence.

Each student was trained without one fold of the sentences that it was made from. A bot that trains on those very sentences
asks for each the student that has not seen it (`Honest`), so that it learns how far students can be trusted on new
sentences (stacked generalisation, Wolpert 1992). At run time all of them are asked, and their scores averaged.
"""

from __future__ import annotations

import functools
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from nlu.model_folder import ModelError
from nlu.student.encoder import Seen, StudentEncoder
from nlu.student.folder import load
from nlu.student.inputs import WIDTH, Read, features, kept
from nlu.student.scoring import Head
from nlu.text import Token, fold, is_han
from nlu.views import Floats, View

BUNDLED = Path(__file__).parent / "bundled"


def fold_of(text: str, folds: int) -> int:
    """The fold of a sentence, by its letters, figures and characters alone."""
    letters = "".join(character for character in fold(text) if character.isalnum() or is_han(character))
    return zlib.crc32(letters.encode("utf-8")) % folds


@dataclass(frozen=True, slots=True)
class Sight:
    """What one student says of a sentence's words: hidden states (words, width), attention (words,), plain (words, labels)."""

    head: Head
    hidden: Floats
    attention: Floats
    plain: Floats
    cuts: Floats

    @classmethod
    def of(cls, head: Head, seen: Seen) -> Sight:
        """From the network's outputs."""
        return cls(head, seen.hidden, seen.tokens.attention[:, 0], seen.tokens.plain, seen.cuts)

    def part(self, start: int, end: int) -> Sight:
        """The words [start, end)."""
        inside = slice(start, end)
        return replace(
            self,
            hidden=self.hidden[inside],
            attention=self.attention[inside],
            plain=self.plain[inside],
            cuts=self.cuts[inside],
        )

    def scores(self, cuts: Sequence[int]) -> Floats:
        """Logits of every part between two cuts, (cuts, cuts, labels), as nlu.student.scoring's deep part, all in one go."""
        places = np.asarray(cuts)
        width = self.hidden.shape[1]
        weights = np.exp(self.attention - self.attention.max())[:, None].astype(np.float64)
        columns = np.concatenate([weights * self.hidden, weights, self.plain], axis=1)
        sums = np.concatenate([np.zeros((1, columns.shape[1])), np.cumsum(columns, axis=0)])[places]
        inside = sums[None] - sums[:, None]
        mean = inside[:, :, :width] / np.maximum(inside[:, :, width : width + 1], 1e-9)
        words = np.maximum(places[None] - places[:, None], 1)[:, :, None]
        linear = inside[:, :, width + 1 :] / np.sqrt(words)
        top, middle = self.head.weights[:, :width].T, self.head.weights[:, width:].T
        logits: Floats = (_tops(self.hidden, places) @ top + mean @ middle + linear + self.head.bias).astype(np.float32)
        return logits


def _tops(hidden: Floats, places: npt.NDArray[np.int64]) -> Floats:
    """The maximum of every part between two places, (places, places, width)."""
    between = np.maximum.reduceat(hidden, places[:-1], axis=0)
    tops = np.zeros((len(places), len(places), hidden.shape[1]), dtype=np.float32)
    for start in range(len(places) - 1):
        tops[start, start + 1 :] = np.maximum.accumulate(between[start:], axis=0)
    return tops


@dataclass(frozen=True, slots=True)
class SalesView:
    """A sentence as some students see it: nlu.views.View, its meanings the students' labels."""

    sights: tuple[Sight, ...]

    def parts(self, cuts: Sequence[int]) -> Floats:
        """Shares of the students' labels, their logits averaged."""
        logits = sum((sight.scores(cuts) for sight in self.sights[1:]), self.sights[0].scores(cuts)) / len(self.sights)
        exponents = np.exp(logits - logits.max(axis=-1, keepdims=True))
        shares: Floats = (exponents / exponents.sum(axis=-1, keepdims=True)).astype(np.float32)
        return shares

    def cut_odds(self) -> Floats:
        """The students' log-odds, averaged."""
        odds: Floats = np.mean([sight.cuts for sight in self.sights], axis=0, dtype=np.float32)
        return odds

    def part(self, start: int, end: int) -> View:
        """The same students on the words [start, end)."""
        return SalesView(tuple(sight.part(start, end) for sight in self.sights))


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence before any student: its words, and the names of each word's features."""

    folded: str
    words: tuple[Token, ...]
    features: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Member:
    """One student of a bundle: its encoder and what scores the pooled states."""

    encoder: StudentEncoder
    head: Head

    def look(self, line: Line) -> Sight:
        """The sentence by words."""
        network = self.encoder.network
        ids = np.zeros((len(line.words), WIDTH), dtype=np.int32)
        for row, names in enumerate(line.features):
            known = [at for at in map(network.inputs.vocabulary.get, names) if at is not None][:WIDTH]
            ids[row, : len(known)] = known
        return Sight.of(self.head, self.encoder.look(Read(line.folded, line.words, ids)))


@dataclass(frozen=True, slots=True)
class Bundle:
    """Students of one network shape and one set of labels, each trained without its fold (its number). nlu.views.Viewer."""

    name: str
    members: tuple[Member, ...]

    def see(self, text: str) -> View:
        """As all students see it."""
        line = self.line(text)
        return SalesView(tuple(member.look(line) for member in self.members))

    def line(self, text: str) -> Line:
        """The features are the same for all students, so they are found once."""
        folded = fold(text)
        words = kept(folded, marks=False)
        sounds = self.members[0].encoder.network.inputs.sounds
        return Line(folded, words, tuple(features(folded, words, sounds)))

    @property
    def honest(self) -> Honest:
        """The same students, for training."""
        return Honest(self)


@dataclass(frozen=True, slots=True)
class Honest:
    """Shows each sentence to the one student that was not trained on it. nlu.views.Viewer."""

    bundle: Bundle

    def see(self, text: str) -> View:
        """As that student sees it."""
        members = self.bundle.members
        return SalesView((members[fold_of(text, len(members))].look(self.bundle.line(text)),))


def bundles() -> tuple[str, ...]:
    """The names that a bot's config may give as its encoder."""
    return tuple(sorted(path.name for path in BUNDLED.glob("*") if path.is_dir()))


@functools.cache
def bundled(name: str) -> Bundle:
    """The students of a bundled folder. Raises ModelError, which names those there are."""
    folder = BUNDLED / name
    if name not in bundles():
        raise ModelError(f"config.yml: there is no encoder '{name}' ({', '.join(bundles())}); leave the key out for none")
    return Bundle(name, tuple(_members(folder)))


def load_bundle(folder: Path) -> Bundle:
    """A bundle that was trained elsewhere. Raises ModelError."""
    return Bundle(folder.name, tuple(_members(folder)))


def _members(folder: Path) -> Iterator[Member]:
    for place in sorted((path for path in folder.iterdir() if path.is_dir()), key=lambda path: int(path.name)):
        student = load(place)
        yield Member(StudentEncoder.of(student.network), student.head)
