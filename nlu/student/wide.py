"""The linear part: one-against-the-rest support vector machines (liblinear) over phrases, exact for every part of a sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any  # scipy's sparse matrices and scikit-learn carry no types

import numpy as np
import numpy.typing as npt

from nlu.student import phrases

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Wide:
    """`table` (features + 1, labels + 2): what a feature adds to each label, to the odds of a cut, to the squared length.

    Row 0 is zeros. `lengths` (phrases.LENGTH_CLASSES, labels + 2) are the same for the classes of length, `bias` is (labels,).
    `cut_bias` is None of a model that cuts nothing.
    """

    vocabulary: Mapping[str, int]
    table: Floats
    lengths: Floats
    bias: Floats
    cut_bias: float | None = None


@dataclass(frozen=True, slots=True)
class Bags:
    """Sentences (or parts of them) as features, with their labels.

    `balance` in [0, 1] is how far rare labels make up for their few sentences: at 0 each sentence counts the same, at 1 each
    label does, in between a sentence counts (mean number of a label's sentences / its own label's number) ** balance.
    """

    features: Sequence[Sequence[str]]
    labels: Sequence[str]
    balance: float = 0.0


@dataclass(frozen=True, slots=True)
class WideOptions:
    """`cost` of an error beside that of large weights; `helper_weight` scales the helpers' margins.

    A feature is scaled by its inverse document frequency ** `rarity`: at 0 frequent ones count as much as rare ones.
    """

    cost: float = 1.0
    rarity: float = 1.0
    helper_weight: float = 0.3


def fit(bags: Bags, labels: Sequence[str], options: WideOptions, helpers: Sequence[Bags] = ()) -> Wide:
    """Train it. `helpers` are data of other label sets: what tells their labels apart counts as a feature more.

    The helpers' margins are linear in the same features, so that in the end there is one weight for each feature and label.
    """
    index, scales = _scales([*bags.features, *(row for helper in helpers for row in helper.features)], options.rarity)
    rows = _rows(bags.features, index, scales)
    helping = [_margins_of(helper, index, scales, options.cost) for helper in helpers]
    extra = (
        np.concatenate([rows @ weights + bias for weights, bias in helping], axis=1) if helping else np.zeros((rows.shape[0], 0))
    )
    weights, bias = _svm(_beside(rows, extra * options.helper_weight), bags, labels, options.cost)
    own, mixed = weights[: len(index)], weights[len(index) :] * options.helper_weight
    if helping:
        own = own + np.concatenate([one for one, _ in helping], axis=1) @ mixed
        bias = bias + np.concatenate([one for _, one in helping]) @ mixed
    return _wide(index, scales, own, bias)


def with_cuts(model: Wide, places: Sequence[Sequence[str]], is_cut: Sequence[bool]) -> Wide:
    """The model with the odds of cuts: logistic regression over what stands around places with and without one."""
    from scipy import sparse
    from sklearn.linear_model import LogisticRegression

    counts = Counter(name for place in places for name in place)
    names = sorted(name for name, count in counts.items() if count > 1)  # those seen once make the model twice as large
    index = {name: at for at, name in enumerate(names)}
    known = [[index[name] for name in place if name in index] for place in places]
    ends = np.cumsum([0, *map(len, known)])
    columns = np.array([at for place in known for at in place])
    rows = sparse.csr_matrix((np.ones(len(columns)), columns, ends), shape=(len(places), len(names)))
    fitted = LogisticRegression(solver="liblinear", random_state=0).fit(rows, list(is_cut))
    added = np.zeros((len(names), model.table.shape[1]), dtype=np.float32)
    added[:, -2] = fitted.coef_[0]
    vocabulary = {**model.vocabulary, **{name: len(model.table) + at for at, name in enumerate(names)}}
    table = np.concatenate([model.table, added])
    return Wide(vocabulary, table, model.lengths, model.bias, float(fitted.intercept_[0]))


def _wide(index: Mapping[str, int], scales: npt.NDArray[np.float64], weights: npt.NDArray[np.float64], bias: Any) -> Wide:
    cuts = np.zeros((len(scales), 1))
    full = np.concatenate([weights * scales[:, None], cuts, scales[:, None] ** 2], axis=1).astype(np.float32)
    lengths = np.zeros((phrases.LENGTH_CLASSES, full.shape[1]), dtype=np.float32)
    for tokens in range(64):
        row = index.get(phrases.length_name(tokens))
        if row is not None:
            lengths[phrases.length_class(tokens)] = full[row]
    names = [name for name in index if name[0] != "n"]
    table = np.concatenate([np.zeros((1, full.shape[1]), dtype=np.float32), full[[index[name] for name in names]]])
    return Wide({name: at for at, name in enumerate(names, start=1)}, table, lengths, np.asarray(bias, dtype=np.float32))


def _scales(bags: Sequence[Sequence[str]], rarity: float) -> tuple[dict[str, int], npt.NDArray[np.float64]]:
    """Feature -> column, and each column's smoothed inverse document frequency, to the power of `rarity`."""
    counts: Counter[str] = Counter()
    for bag in bags:
        counts.update(set(bag))
    index = {name: at for at, name in enumerate(sorted(counts))}
    frequencies = np.array([counts[name] for name in index], dtype=float)
    return index, (np.log((1 + len(bags)) / (1 + frequencies)) + 1) ** rarity


def _rows(bags: Sequence[Sequence[str]], index: Mapping[str, int], scales: npt.NDArray[np.float64]) -> Any:
    """One row a bag: its features times their scales, divided by the root of the summed squares, as at run time."""
    from scipy import sparse

    columns = [[index[name] for name in bag if name in index] for bag in bags]
    norms = [max(float(np.sqrt((scales[one] ** 2).sum())), 1e-6) for one in columns]
    values = np.concatenate([scales[one] / norm for one, norm in zip(columns, norms, strict=True)])
    places = np.repeat(np.arange(len(columns)), [len(one) for one in columns])
    flat = np.concatenate([np.asarray(one, dtype=np.int64) for one in columns])
    return sparse.csr_matrix((values, (places, flat)), shape=(len(columns), len(index)))


def _margins_of(helper: Bags, index: Mapping[str, int], scales: npt.NDArray[np.float64], cost: float) -> tuple[Any, Any]:
    return _svm(_rows(helper.features, index, scales), helper, sorted(set(helper.labels)), cost)


def _beside(rows: Any, extra: npt.NDArray[np.float64]) -> Any:
    from scipy import sparse

    return sparse.hstack([rows, sparse.csr_matrix(extra)]).tocsr() if extra.shape[1] else rows


def _svm(rows: Any, bags: Bags, labels: Sequence[str], cost: float) -> tuple[Any, Any]:
    """Weights (columns, labels) and bias (labels,) for `labels`; one that no row has stays far below all others."""
    from sklearn.svm import LinearSVC

    mean = len(bags.labels) / len(set(bags.labels))
    weights = {label: (mean / count) ** bags.balance for label, count in Counter(bags.labels).items()}
    machine = LinearSVC(C=cost, class_weight=weights, max_iter=4000, random_state=0).fit(rows, list(bags.labels))
    known: list[str] = list(machine.classes_)
    coefficients, intercepts = machine.coef_, machine.intercept_
    if len(known) == 2:
        coefficients, intercepts = np.concatenate([-coefficients, coefficients]), np.concatenate([-intercepts, intercepts])
    columns = [labels.index(label) for label in known]
    every, bias = np.zeros((rows.shape[1], len(labels))), np.full(len(labels), -1.5)
    every[:, columns], bias[columns] = coefficients.T, intercepts
    return every, bias
