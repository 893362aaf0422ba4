"""Weights from rows of indicators to actions, fitted within seconds whatever the size, and kept on the disk."""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

log = logging.getLogger(__name__)

Floats = NDArray[np.float64]
Rows = Mapping[tuple[str, ...], Mapping[str, int]]
"""Names of what holds, with how often which action follows."""

COST = 10.0
MOST_ITERATIONS = 200
LARGE = 5_000_000
"""Indicators times actions from which a regression would take longer than a few seconds; counts are weighed there instead."""
SMOOTHING = 0.1
"""Added to each count, for what was not seen."""
TEMPERATURES = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
"""By these the weighed counts are divided, the best of them by a tenth of the rows held out: indicators that come together
would otherwise be believed each by itself."""
KEPT = 8
"""Fits that stay on the disk; a bot changes more often than its stories."""


def fit(rows: Rows, columns: Mapping[str, int], actions: tuple[str, ...], cache: Path | None = None) -> Floats:
    """(actions, columns + 1) weights, the last column the bias. With a `cache` folder, what was fitted before is read there."""
    if cache is None:
        return _fitted(rows, columns, actions)
    path = cache / f"learnt-{_digest(rows, actions)}.npy"
    try:
        found: Floats = np.load(path, allow_pickle=False)
        os.utime(path)
    except (OSError, ValueError):
        found = _fitted(rows, columns, actions)
        _keep(found, path)
    return found


def _digest(rows: Rows, actions: tuple[str, ...]) -> str:
    digest = hashlib.sha256(f"{COST}|{MOST_ITERATIONS}|{LARGE}|{TEMPERATURES}|{actions}".encode())
    for row in sorted(rows):
        digest.update(f"{row}{sorted(rows[row].items())}".encode())
    return digest.hexdigest()[:16]


def _keep(weights: Floats, path: Path) -> None:
    """Lay them beside and rename; a folder that cannot be written only costs the time again."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(suffix=".npy", prefix="writing-", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            np.save(file, weights)
        Path(beside).replace(path)
        old = sorted(path.parent.glob("learnt-*.npy"), key=lambda kept: kept.stat().st_mtime, reverse=True)
        for kept in old[KEPT:]:
            kept.unlink(missing_ok=True)
    except OSError as fault:
        log.info("what was learnt of the stories is not kept: %s", fault.strerror)


def _fitted(rows: Rows, columns: Mapping[str, int], actions: tuple[str, ...]) -> Floats:
    from scipy.sparse import csr_matrix

    at = {action: number for number, action in enumerate(actions)}
    labels, weights, indices, starts = [], [], [], [0]
    for row, counts in rows.items():
        for action, count in counts.items():
            indices += [columns[name] for name in row]
            starts.append(len(indices))
            labels.append(at[action])
            weights.append(float(count))
    table = csr_matrix((np.ones(len(indices)), indices, starts), shape=(len(labels), len(columns)))
    if table.nnz * len(actions) > LARGE:
        return _weighed(table, np.array(labels), np.sqrt(weights), len(actions))
    return _regressed(table, labels, np.sqrt(weights), len(actions))


def _regressed(table: Any, labels: list[int], weights: Floats, actions: int) -> Floats:  # scipy.sparse has no types
    """Multinomial logistic regression on the distinct rows, each counted as often as stories show it."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=COST, max_iter=MOST_ITERATIONS).fit(table, labels, sample_weight=weights)
    found = np.hstack([model.coef_, model.intercept_[:, None]])
    return np.vstack([np.zeros_like(found), found]) if actions == 2 else found


def _weighed(table: Any, labels: NDArray[np.int64], weights: Floats, actions: int) -> Floats:
    """Naive Bayes over the indicators, made less sure of itself until it fits rows that it was not counted from."""
    from scipy.sparse import csr_matrix

    def counted(chosen: NDArray[np.bool_]) -> Floats:
        at = np.flatnonzero(chosen)
        shown = csr_matrix((weights[at], (labels[at], np.arange(len(at)))), shape=(actions, len(at)))
        counts = (shown @ table[at]).toarray() + SMOOTHING
        priors = np.asarray(shown.sum(axis=1)) + SMOOTHING
        return np.hstack([np.log(counts / counts.sum(axis=1, keepdims=True)), np.log(priors / priors.sum())])

    held_out = np.arange(len(labels)) % 10 == 0
    trial = counted(~held_out)
    scores = table[held_out] @ trial[:, :-1].T + trial[:, -1]
    losses = [_loss(scores / temperature, labels[held_out]) for temperature in TEMPERATURES]
    return counted(np.ones(len(labels), dtype=bool)) / TEMPERATURES[int(np.argmin(losses))]


def _loss(scores: Floats, labels: NDArray[np.int64]) -> float:
    """Mean negative log-likelihood."""
    scores = scores - scores.max(axis=1, keepdims=True)
    likely = scores[np.arange(len(labels)), labels] - np.log(np.exp(scores).sum(axis=1))
    return -float(likely.mean())
