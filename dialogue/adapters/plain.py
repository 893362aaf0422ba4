"""Adapters and trials as JSON objects, for commands, operators' programs and the console."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from dialogue.adapters.adapter import Adapter, Trial
from dialogue.adapters.reconciling import Drift
from dialogue.adapters.report import TrialReport
from dialogue.adapters.trial.metrics import METRICS
from dialogue.adapters.trial.verdict import Standing

JSON = dict[str, Any]  # Any: what JSON holds


def adapter_json(adapter: Adapter, card: bool = False) -> JSON:
    """An entry; its card only where it is asked for."""
    told = {**asdict(adapter), "line": adapter.line, "tags": list(adapter.tags)}
    return told if card else {key: value for key, value in told.items() if key != "card"}


def trial_json(trial: Trial) -> JSON:
    """A trial without its salt: who knows that could choose ids that fall to one arm."""
    return {key: value for key, value in asdict(trial).items() if key != "salt"}


def report_json(found: TrialReport) -> JSON:
    """A trial with its arms, its figures and where each metric stands."""
    return {
        **trial_json(found.trial),
        "arms": [
            {
                "name": arm.name,
                "adapter": arm.adapter,
                "conversations": arm.conversations,
                "share": arm.share,
                "metrics": {
                    one.metric: {
                        "about": METRICS[one.metric].about,
                        "count": one.count,
                        "value": one.value,
                        "interval": [finite(one.low), finite(one.high)],
                    }
                    for one in arm.figures
                },
            }
            for arm in found.arms
        ],
        "history": found.history,
        "look": found.verdict.look,
        "standings": [standing_json(one) for one in found.verdict.standings],
        "breach": None if found.verdict.breach is None else standing_json(found.verdict.breach),
    }


def standing_json(standing: Standing) -> JSON:
    """How far a metric lies on the wrong side, and how far it may."""
    return asdict(standing)


def drifts_json(drifts: Iterable[Drift]) -> list[JSON]:
    """What the last round found at the model servers."""
    return [{**asdict(drift), "settled": drift.settled} for drift in drifts]


def finite(number: float) -> float | None:
    return number if math.isfinite(number) else None
