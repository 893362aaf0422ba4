"""Boosted decision trees (Friedman 2001) as arrays: what speaks for a sentence counts more or less beside what else does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any  # scikit-learn carries no types

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Trees:
    """Trees of one depth, complete: `features` and `limits` (trees, 2^depth - 1) of each fork, `leaves` (trees, 2^depth).

    At a fork values above the limit go to the second branch; the forks of a tree are numbered level by level.
    """

    features: npt.NDArray[np.int64]
    limits: Floats
    leaves: Floats
    start: float

    def weigh(self, evidence: Floats) -> float:
        """The log-odds of one row of evidence."""
        rows = np.arange(len(self.features))
        fork = np.zeros(len(self.features), dtype=np.int64)
        inner = self.features.shape[1]
        while len(fork) and fork[0] < inner:
            above = evidence[self.features[rows, fork]] > self.limits[rows, fork]
            fork = 2 * fork + 1 + above
        return self.start + float(self.leaves[rows, fork - inner].sum())


def grown(evidence: Floats, forbidden: npt.NDArray[np.bool_], count: int, depth: int) -> Trees:
    """Trees that tell the forbidden rows from the others; the same for the same rows."""
    from sklearn.ensemble import GradientBoostingClassifier

    machine = GradientBoostingClassifier(
        n_estimators=count, max_depth=depth, subsample=0.7, learning_rate=0.08, min_samples_leaf=20, random_state=0
    )
    machine.fit(evidence, forbidden)
    trees = [one.tree_ for one in machine.estimators_[:, 0]]
    features = np.zeros((count, 2**depth - 1), dtype=np.int64)
    limits = np.full((count, 2**depth - 1), np.inf, dtype=np.float32)
    leaves = np.zeros((count, 2**depth), dtype=np.float32)
    for number, tree in enumerate(trees):
        _lay_out(tree, 0, 0, (features[number], limits[number], leaves[number]))
    share = float(np.mean(forbidden))
    return Trees(features, limits, (leaves * machine.learning_rate).astype(np.float32), float(np.log(share / (1 - share))))


def _lay_out(tree: Any, node: int, place: int, into: tuple[npt.NDArray[np.int64], Floats, Floats]) -> None:
    """Writes a node of scikit-learn's tree to its place; below a leaf every path leads to its value."""
    features, limits, leaves = into
    inner = len(features)
    if place >= inner:
        leaves[place - inner] = tree.value[node, 0, 0]
        return
    leaf = tree.children_left[node] < 0
    if not leaf:
        features[place], limits[place] = tree.feature[node], tree.threshold[node]
    left, right = (node, node) if leaf else (tree.children_left[node], tree.children_right[node])
    _lay_out(tree, left, 2 * place + 1, into)
    _lay_out(tree, right, 2 * place + 2, into)
