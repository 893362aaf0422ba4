"""A gate that a recogniser must pass before it is used: a bound on CER for each dialect, and on what Mandarin may lose.

A gate file:

    cer: {cmn: 0.11, yue: 0.11, cmn-sichuan: 0.11, default: 0.30}
    mandarin_loss: 0.002      # against the model before, at its upper 95 % bound
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from asr.cer import edit_distance
from asr.evaluate import AsrReport, Heard
from asr.normalize import fold

DEFAULT = "default"
MANDARIN = "cmn"
_RESAMPLES = 2000
_SEED = 20_261


class GateError(ValueError):
    """A gate that cannot be held against what was measured."""


@dataclass(frozen=True, slots=True)
class Gate:
    """`cer`: the highest CER allowed for a dialect, by its code, `default` for those not named (none: they are not bound).
    `mandarin_loss`: the most that the CER of Mandarin may rise against the model before, in [0, 1]; None: it is not held
    against one."""

    cer: Mapping[str, float] = field(default_factory=dict)
    mandarin_loss: float | None = None


@dataclass(frozen=True, slots=True)
class Loss:
    """CER of the model minus that of the one before on the same `n` clips, with its 95 % interval; over 0 is worse."""

    n: int
    model: float
    before: float
    difference: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Check:
    """One bound of the gate: `figure` may be at most `bound`."""

    name: str
    figure: float
    bound: float

    @property
    def passed(self) -> bool:
        return self.figure <= self.bound


def checks(gate: Gate, report: AsrReport, mandarin: Loss | None = None) -> tuple[Check, ...]:
    """Every bound of the gate with what was measured. Raises GateError where a bound has nothing to be held against."""
    missing = sorted(set(gate.cer) - set(report.cer_by_dialect) - {DEFAULT})
    if missing:
        raise GateError(
            f"the gate binds {', '.join(missing)}, of which there are no clips; there are {', '.join(report.cer_by_dialect)}"
        )
    found = [
        Check(f"CER of {dialect}", rate.rate, bound)
        for dialect, rate in report.cer_by_dialect.items()
        if (bound := gate.cer.get(dialect, gate.cer.get(DEFAULT))) is not None
    ]
    if gate.mandarin_loss is not None:
        if mandarin is None:
            raise GateError("the gate bounds what Mandarin loses (mandarin_loss): name the model before with --compare DIR")
        found.append(Check("loss of Mandarin (upper 95 % bound)", mandarin.high, gate.mandarin_loss))
    return tuple(found)


def loss(model: Sequence[Heard], before: Sequence[Heard], dialect: str | None = None) -> Loss:
    """Two models on the same clips by a paired bootstrap over utterances (Efron and Tibshirani 1993, chapter 16); of one dialect,
    or of all. Raises GateError where there are no such clips, or not the same ones."""
    if [one.clip for one in model] != [one.clip for one in before]:
        raise GateError("the two models were not run on the same clips")
    pairs = [
        (one, other) for one, other in zip(model, before, strict=True) if one.clip.text and dialect in (None, one.clip.dialect)
    ]
    if not pairs:
        raise GateError(f"there are no clips of {dialect or 'any dialect'} with a text")
    said = [fold(one.clip.text) for one, _ in pairs]
    lengths = np.array([len(text) for text in said], np.int64)
    errors = np.array(
        [[edit_distance(fold(one.transcript.text), text) for one in pair] for pair, text in zip(pairs, said, strict=True)],
        np.int64,
    )
    worse = errors[:, 0] - errors[:, 1]
    rng = np.random.default_rng(_SEED)
    samples = [rng.integers(0, len(pairs), len(pairs)) for _ in range(_RESAMPLES)]
    low, high = np.quantile([worse[sample].sum() / max(1, lengths[sample].sum()) for sample in samples], (0.025, 0.975))
    total = max(1, int(lengths.sum()))
    now, then = (float(column.sum() / total) for column in errors.T)
    return Loss(len(pairs), now, then, now - then, float(low), float(high))
