"""From material to a trained student: the linear part by liblinear, the deep part by the loop of nlu.student.fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
from nlu.student.wide import Bags


@dataclass(frozen=True, slots=True)
class LearnOptions:
    """How a student is made of its material. The scores of several `networks`, which differ by their seeds, are averaged."""

    fit: FitOptions = field(default_factory=FitOptions)
    networks: int = 1
    width: int = 128
    layers: int = 2
    dropout: float = 0.3
    feature_dropout: float = 0.3
    cost: float = 1.0
    helper_weight: float = 0.3
    made_compounds: int = 2000
    real_compounds: int = 3000


def learn(
    material: Material, joiners: Joiners, sounds: Sounds, options: LearnOptions, helpers: Sequence[Bags] = ()
) -> Callable[[Callable[[], None]], Trained]:
    """The linear part at once; the deep one when the result is called with what to do after each epoch."""
    labels = material.labels
    compounds = _compounds(material, joiners, options)
    rows = bags(material.singles, sounds, joiners.marks, balanced=bool(compounds))
    linear = wide.fit(rows, labels, options.cost, helpers, options.helper_weight)
    if compounds:
        linear = wide.with_cuts(linear, *cut_rows(material.singles, compounds, joiners))
    texts = [*(piece.text for piece in material.singles), *(one.text for one in compounds)]
    inputs = build(texts, sounds, joiners.marks, {"b": 2, "d": 2, "l": 2})
    examples = [*_single_rows(material.singles, labels, inputs), *_compound_rows(compounds, labels, inputs)]
    settled = Settled(labels, joiners=joiners.texts if compounds else ())

    def run(tick: Callable[[], None]) -> Trained:
        sizes = (options.width, options.layers, options.dropout, options.feature_dropout)
        shape = Shape(len(inputs.vocabulary), len(labels), *sizes)
        seeds = range(options.fit.seed, options.fit.seed + options.networks)
        first, *others = (_fitted(shape, examples, replace(options.fit, seed=seed), tick) for seed in seeds)
        return Trained(first, inputs, settled, linear, tuple(others))

    return run


def _fitted(shape: Shape, rows: Sequence[Row], options: FitOptions, tick: Callable[[], None]) -> State:
    torch.manual_seed(options.seed)
    network = StudentNetwork(shape)
    fit(network, rows, options, tick)
    return {name: values.detach().numpy() for name, values in network.state_dict().items()}


def _compounds(material: Material, joiners: Joiners, options: LearnOptions) -> list[Compound]:
    if not material.compounds:
        return []
    orders = [one.labels for one in material.compounds]
    more = made(material.singles, orders, joiners, options.made_compounds, options.fit.seed)
    return [*material.compounds[: options.real_compounds], *more]


def _single_rows(pieces: Sequence[Piece], labels: Sequence[str], inputs: Inputs) -> Iterator[Row]:
    columns = {label: at for at, label in enumerate(labels)}
    for piece in pieces:
        read = inputs.read(piece.text)
        if read.tokens:
            yield Row(read, _one_hot([columns[piece.label]], len(labels)), knows_cuts=piece.label != NONE)


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


def _one_hot(columns: Sequence[int], labels: int) -> Floats:
    return np.eye(labels, dtype=np.float32)[list(columns)]
