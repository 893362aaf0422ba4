"""From material to a trained student: the linear part by liblinear, the deep part by the loop of nlu.student.fit."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import torch

from nlu.confidence import NONE
from nlu.onnx_graph import Floats, State
from nlu.student import wide
from nlu.student.alignment import bags, cut_rows
from nlu.student.fit import FitOptions, fit
from nlu.student.folder import Settled, Trained
from nlu.student.inputs import Inputs, build
from nlu.student.joiners import Joiners
from nlu.student.material import Compound, Material, Piece, made
from nlu.student.network import Shape, StudentNetwork
from nlu.student.rows import Row
from nlu.student.sounds import Sounds
from nlu.student.wide import WideOptions

_LESSON_WEIGHT = 0.5
"""Of a helper's sentence in the loss, beside 1 of an own one."""


@dataclass(frozen=True, slots=True)
class LearnOptions:
    """How a student is made of its material. The scores of several `networks`, which differ by their seeds, are averaged."""

    fit: FitOptions = field(default_factory=FitOptions)
    networks: int = 1
    width: int = 128
    layers: int = 2
    dropout: float = 0.3
    feature_dropout: float = 0.3
    wide: WideOptions = field(default_factory=WideOptions)
    balance: float | None = None
    """As in wide.Bags; None is 1 where needs are cut and 0 elsewhere."""
    helper_sentences: int = 3000
    made_compounds: int = 2000
    real_compounds: int = 3000


def learn(
    material: Material, joiners: Joiners, sounds: Sounds, options: LearnOptions, helpers: Sequence[Sequence[Piece]] = ()
) -> Callable[[Callable[[], None]], Trained]:
    """The linear part at once; the deep one when the result is called with what to do after each epoch.

    `helpers` are sentences with labels of other kinds.
    """
    labels = material.labels
    compounds = _compounds(material, joiners, options)
    balance = float(bool(compounds)) if options.balance is None else options.balance
    rows = bags(material.singles, sounds, joiners.marks, balance)
    beside = [bags(helper, sounds, joiners.marks) for helper in helpers]
    linear = wide.fit(rows, labels, options.wide, beside)
    if compounds:
        linear = wide.with_cuts(linear, *cut_rows(material.singles, compounds, joiners))
    lessons = _lessons(helpers, options)
    pieces = [*material.singles, *(piece for lesson in lessons for piece in lesson)]
    texts = [*(piece.text for piece in pieces), *(one.text for one in compounds)]
    inputs = build(texts, sounds, joiners.marks, {"b": 2, "d": 2, "l": 2})
    own = [*_single_rows(material.singles, labels, inputs), *_compound_rows(compounds, labels, inputs)]
    examples, answers = _with_lessons(own, len(labels), lessons, inputs)
    settled = Settled(labels, joiners=joiners.texts if compounds else ())

    def run(tick: Callable[[], None]) -> Trained:
        sizes = (options.width, options.layers, options.dropout, options.feature_dropout)
        shape = Shape(len(inputs.vocabulary), answers, *sizes)
        seeds = range(options.fit.seed, options.fit.seed + options.networks)
        states = (_fitted(shape, examples, replace(options.fit, seed=seed), tick) for seed in seeds)
        first, *others = (_answering(state, len(labels)) for state in states)
        return Trained(first, inputs, settled, linear, tuple(others))

    return run


def _fitted(shape: Shape, rows: Sequence[Row], options: FitOptions, tick: Callable[[], None]) -> State:
    torch.manual_seed(options.seed)
    network = StudentNetwork(shape)
    fit(network, rows, options, tick)
    return {name: values.detach().numpy() for name, values in network.state_dict().items()}


def _lessons(helpers: Sequence[Sequence[Piece]], options: LearnOptions) -> list[Sequence[Piece]]:
    rng = random.Random(options.fit.seed)
    return [rng.sample(helper, min(len(helper), options.helper_sentences)) for helper in helpers]


def _with_lessons(own: Sequence[Row], labels: int, lessons: Sequence[Sequence[Piece]], inputs: Inputs) -> tuple[list[Row], int]:
    """All rows, and the number of labels in all: each lesson is a question of its own, its answers beside the others."""
    asked = [(list(_single_rows(one, sorted({piece.label for piece in one}), inputs, _LESSON_WEIGHT))) for one in lessons]
    sizes = [labels, *(rows[0].targets.shape[1] if rows else 0 for rows in asked)]
    ends = [sum(sizes[: at + 1]) for at in range(len(sizes))]
    found: list[Row] = []
    for rows, size, end in zip((own, *asked), sizes, ends, strict=True):
        edges = ((0, 0), (end - size, ends[-1] - end))
        found += [replace(row, targets=np.pad(row.targets, edges, constant_values=-1)) for row in rows]
    return found, ends[-1]


def _answering(state: State, labels: int) -> State:
    """A network that knows the first `labels` only: the others were lessons."""
    width = len(state["first.weight"])
    kept = {"table.weight": state["table.weight"][:, : width + labels]}
    return {**state, **kept, **{name: state[name][:labels] for name in ("labels.weight", "labels.bias")}}


def _compounds(material: Material, joiners: Joiners, options: LearnOptions) -> list[Compound]:
    if not material.compounds:
        return []
    orders = [one.labels for one in material.compounds]
    more = made(material.singles, orders, joiners, options.made_compounds, options.fit.seed)
    return [*material.compounds[: options.real_compounds], *more]


def _single_rows(pieces: Sequence[Piece], labels: Sequence[str], inputs: Inputs, weight: float = 1.0) -> Iterator[Row]:
    columns = {label: at for at, label in enumerate(labels)}
    for piece in pieces:
        read = inputs.read(piece.text)
        if read.tokens:
            yield Row(read, _target(piece, columns), knows_cuts=piece.label != NONE, weight=weight)


def _compound_rows(compounds: Sequence[Compound], labels: Sequence[str], inputs: Inputs) -> Iterator[Row]:
    """Compounds by tokens; those whose pieces cannot be found again in the whole are left out."""
    columns = {label: at for at, label in enumerate(labels)}
    for one in compounds:
        read = inputs.read(one.text)
        begins, starts = [0], [0]
        at = 0
        for piece, joiner in zip(one.pieces, one.joiners, strict=True):
            own, before = len(inputs.read(piece.text).tokens), len(inputs.read(joiner).tokens)
            if at:
                begins.append(at)
                starts.append(at + before)
            at += own + before
        if at == len(read.tokens) and len(set(starts)) == len(one.pieces):
            targets = _one_hot([columns[label] for label in one.labels], len(labels))
            yield Row(read, targets, tuple(begins), tuple(starts))


def _target(piece: Piece, columns: Mapping[str, int]) -> Floats:
    """(1, labels): the teacher's shares of the labels that are known, or all for the piece's own."""
    known = {label: share for label, share in piece.shares if label in columns and share > 0} or {piece.label: 1.0}
    target = np.zeros((1, len(columns)), dtype=np.float32)
    target[0, [columns[label] for label in known]] = np.array(list(known.values())) / sum(known.values())
    return target


def _one_hot(columns: Sequence[int], labels: int) -> Floats:
    return np.eye(labels, dtype=np.float32)[list(columns)]
