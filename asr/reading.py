"""What is read in one stretch of sound, and how the stretches of a turn become one transcript."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from asr.calibration import Calibration
from asr.dialects import DEFAULT_DIALECT
from asr.transcript import Alternative, Transcript

NO_RIVAL = 3.0
"""Margin in nats a character where no other text was found."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What tells how sure a text is; all are natural logarithms of probabilities, means over phones or characters.

    `sound`: of the phones heard; `worst`: of the least sure of them; `margin`: between the text and the next one, a character;
    `language`: of the characters in the language model; `doubt`: the share of frames whose unit is not sure, in [0, 1].
    """

    sound: float
    worst: float
    margin: float
    language: float
    doubt: float


@dataclass(frozen=True, slots=True)
class Reading:
    """One hypothesis of one window; `score` is the mean log-probability of its tokens. `dialects`: how likely each is, where the
    model can tell."""

    text: str
    dialect: str | None
    score: float
    evidence: Evidence | None = None
    dialects: Mapping[str, float] = field(default_factory=dict)


Window = tuple[Reading, ...]
"""The hypotheses of one window, best first, at least one."""


def join(windows: Sequence[Window], calibration: Calibration | None = None) -> Transcript:
    """One Transcript of the windows' readings; alternatives come from a turn of one window only."""
    if not windows:
        return Transcript("", DEFAULT_DIALECT, 0.0)
    best = [readings[0] for readings in windows]
    lengths = [len(reading.text) for reading in best]
    score = sum(reading.score * length for reading, length in zip(best, lengths, strict=True)) / sum(lengths)
    text = "".join(reading.text for reading in best)
    others = {reading.text: reading.score for reading in windows[0][1:] if reading.text != text} if len(windows) == 1 else {}
    dialects = _dialects(best, lengths)
    longest = best[int(np.argmax(lengths))]
    return Transcript(
        text=text,
        dialect=dialects[0][0] if dialects else longest.dialect or DEFAULT_DIALECT,
        confidence=_confidence(best, lengths, score, calibration),
        alternatives=tuple(Alternative(text, score) for text, score in others.items()),
        dialects=dialects,
    )


def confidence(score: float) -> float:
    """A mean log-probability as a number in [0, 1], for models that were not calibrated.

    Label smoothing keeps a sure model at about -0.12; that counts as 1."""
    return min(1.0, math.exp(score + 0.12))


def features(evidence: Evidence, characters: int) -> tuple[float, ...]:
    """What a Calibration weighs, in the order of FEATURES."""
    return (
        evidence.sound,
        evidence.worst,
        min(evidence.margin, NO_RIVAL),
        evidence.language,
        evidence.doubt,
        math.log(characters),
    )


FEATURES = ("sound", "worst", "margin", "language", "doubt", "log characters")


def _confidence(best: Sequence[Reading], lengths: Sequence[int], score: float, calibration: Calibration | None) -> float:
    known = [(one.evidence, length) for one, length in zip(best, lengths, strict=True) if one.evidence is not None]
    if calibration is None or len(known) < len(best):
        return confidence(score)
    each = [calibration.probability(features(evidence, length)) for evidence, length in known]
    return sum(sure * length for sure, length in zip(each, lengths, strict=True)) / sum(lengths)


def _dialects(best: Sequence[Reading], lengths: Sequence[int]) -> tuple[tuple[str, float], ...]:
    """The windows' odds of the dialects, multiplied, each window counting by its length; likeliest first."""
    if not all(reading.dialects for reading in best):
        return ()
    codes = best[0].dialects
    weights = [length / max(lengths) for length in lengths]
    logs = {
        code: sum(weight * math.log(max(reading.dialects[code], 1e-6)) for reading, weight in zip(best, weights, strict=True))
        for code in codes
    }
    top = max(logs.values())
    odds = {code: math.exp(value - top) for code, value in logs.items()}
    total = sum(odds.values())
    return tuple(sorted(((code, value / total) for code, value in odds.items()), key=lambda item: -item[1]))
