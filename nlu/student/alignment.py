"""Where the needs of labelled compound sentences begin: nobody marked it, so the likeliest joiners are taken."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nlu.data import Example
from nlu.segmentation import align
from nlu.student import phrases, wide
from nlu.student.inputs import kept
from nlu.student.joiners import Joiners
from nlu.student.material import Compound, Piece, unique
from nlu.student.phrases import Phrases
from nlu.student.scoring import Head, Tokens, score
from nlu.student.sounds import Sounds
from nlu.student.wide import Bags, Wide, WideOptions
from nlu.text import Token, fold

Floats = npt.NDArray[np.float32]
_SHARPNESS = 3.0
"""Margins to log-probabilities, about right for margins of a support vector machine."""
_MOST_PLACES = 10
_OTHER_PLACES = 3
"""In each sentence, so that cuts are known from any other place as well."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    example: Example
    folded: str
    tokens: tuple[Token, ...]
    places: tuple[int, ...]


def aligned(examples: Sequence[Example], pieces: Sequence[Piece], joiners: Joiners, sounds: Sounds) -> list[Compound]:
    """Compounds with their cuts, for those that have joiners enough. `examples` have several intents in spoken order.

    A sentence with just as many joiners as needs is clear; the others are cut by a linear model of `pieces` and those.
    """
    sentences = [_sentence(example, joiners) for example in examples]
    clear = [one for one in sentences if len(one.places) == len(one.example.intents) - 1]
    unclear = [one for one in sentences if len(one.example.intents) - 1 < len(one.places) <= _MOST_PLACES]
    compounds = [_compound(one, one.places, one.example.intents, joiners) for one in clear]
    if not unclear:
        return compounds
    known = unique([*pieces, *(piece for one in compounds for piece in one.pieces)])
    labels = sorted({piece.label for piece in known})
    model = wide.fit(bags(known, sounds, joiners.marks, balance=1.0), labels, WideOptions())
    if compounds:
        model = wide.with_cuts(model, *cut_rows(known, compounds, joiners))
    return [*compounds, *_cut(unclear, model, labels, joiners, sounds)]


def cut_rows(
    pieces: Sequence[Piece], compounds: Sequence[Compound], joiners: Joiners
) -> tuple[list[tuple[str, ...]], list[bool]]:
    """Places in sentences and whether a need begins there: where joiners stand, and a few others."""
    rng = random.Random(0)
    places: list[tuple[str, ...]] = []
    is_cut: list[bool] = []
    sentences = [*((one.text, set(begins(one, joiners.marks))) for one in compounds), *((one.text, set[int]()) for one in pieces)]
    for text, cuts in sentences:
        folded = fold(text)
        tokens = kept(folded, joiners.marks)
        written = [folded[token.start : token.end] for token in tokens]
        inner = range(1, len(tokens))
        looked = {*joiners.places(tokens), *(cuts & set(inner)), *rng.sample(inner, min(_OTHER_PLACES, len(inner)))}
        places += [phrases.cut_names(written, at) for at in sorted(looked)]
        is_cut += [at in cuts for at in sorted(looked)]
    return places, is_cut


def begins(one: Compound, marks: bool) -> list[int]:
    """The tokens of the whole at which its second and later pieces begin, their joiners included."""
    found: list[int] = []
    at = 0
    for piece, joiner in zip(one.pieces, one.joiners, strict=True):
        if at:
            found.append(at)
        at += len(kept(fold(piece.text), marks)) + len(kept(fold(joiner), marks))
    return found


def bags(pieces: Sequence[Piece], sounds: Sounds, marks: bool, balance: float = 0.0) -> Bags:
    """Pieces as the linear part takes them; those without a token are left out."""
    rows = [
        (phrases.whole(folded, kept(folded, marks), sounds), piece.label) for piece in pieces for folded in [fold(piece.text)]
    ]
    usable = [(row, label) for row, label in rows if len(row) > 1]
    return Bags([row for row, _ in usable], [label for _, label in usable], balance)


def _sentence(example: Example, joiners: Joiners) -> _Sentence:
    folded = fold(example.text)
    tokens = kept(folded, joiners.marks)
    return _Sentence(example, folded, tokens, joiners.places(tokens))


def _cut(
    sentences: Sequence[_Sentence], model: Wide, labels: Sequence[str], joiners: Joiners, sounds: Sounds
) -> Iterator[Compound]:
    reader = Phrases(model.vocabulary, sounds)
    nothing: Floats = np.zeros((len(labels), 0), dtype=np.float32)
    head = Head(nothing, np.zeros(len(labels), dtype=np.float32), model.lengths, model.bias, deep=0.0)
    for one in sentences:
        if not set(one.example.intents) <= set(labels):
            continue
        sums = model.table[reader.ids(one.folded, one.tokens)].sum(axis=2)
        likely = _likely(one, sums, head, joiners)
        odds = np.array([0.0, *sums[list(one.places), phrases.CUTS, -2] + (model.cut_bias or 0.0), 0.0], dtype=np.float32)
        parts = align(likely, odds, [labels.index(label) for label in one.example.intents])
        if parts:
            cuts = (0, *one.places)
            yield _compound(one, [cuts[part.start] for part in parts[1:]], [labels[part.label] for part in parts], joiners)


def _likely(one: _Sentence, sums: Floats, head: Head, joiners: Joiners) -> Floats:
    """(cuts, cuts, labels): log-probabilities of the parts between joiners."""
    cuts = (0, *one.places, len(one.tokens))
    pairs = [(at, to) for at in range(len(cuts)) for to in range(at + 1, len(cuts))]
    spans = [(joiners.start_after(one.tokens, cuts[at], cuts[to]), cuts[to]) for at, to in pairs]
    unseen = np.zeros((0, 0), dtype=np.float32)
    tokens = Tokens(unseen, unseen, unseen, sums)
    margins = score(tokens, head, spans) * np.float32(_SHARPNESS)
    margins -= np.log(np.exp(margins).sum(axis=1, keepdims=True))
    likely = np.full((len(cuts), len(cuts), margins.shape[1]), -1e4, dtype=np.float32)
    for (at, to), row in zip(pairs, margins, strict=True):
        likely[at, to] = row
    return likely


def _compound(one: _Sentence, places: Sequence[int], labels: Sequence[str], joiners: Joiners) -> Compound:
    ends = (*places, len(one.tokens))
    pieces: list[Piece] = []
    words: list[str] = [""]
    for begin, end, label in zip((0, *places), ends, labels, strict=True):
        start = joiners.start_after(one.tokens, begin, end)
        text = one.example.text[one.tokens[start].start : one.tokens[end - 1].end]
        pieces.append(Piece(text, label, text))
        if begin:
            words.append(one.example.text[one.tokens[begin].start : one.tokens[start].start].strip() if start > begin else "")
    return Compound(tuple(pieces), tuple(words))
