"""What came of simulated conversations: figures with intervals, faults by kind, transcripts."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from nlu.metrics import Share
from synth_data.callers.goals import Goal

_Z = 1.96
"""Standard deviations of a 95 % interval."""


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation. `lines` alternate customer and bot; `missed` tell each need that got no right answer, and how.

    `settled`: the lead was recorded or refused, as the customer meant it. `lead_right`: recorded with the right name and number.
    `cut_by` says who cut it short ('person': handed over, 'end': the bot ended it), '' where nobody did.
    """

    goal: Goal
    lines: tuple[str, ...]
    missed: tuple[str, ...]
    settled: bool
    lead_right: bool
    cut_by: str
    turns: int
    corrections: int
    times_ms: tuple[float, ...] = ()
    invented: tuple[str, ...] = ()
    """Amounts that the bot named and no table has."""

    @property
    def complete(self) -> bool:
        """Every need answered from the right row in 12 turns or fewer, and the lead recorded or refused."""
        return not self.missed and self.settled

    @property
    def person(self) -> bool:
        return self.cut_by == "person"

    @property
    def faults(self) -> tuple[str, ...]:
        """The kinds of fault that kept it from being complete."""
        if self.complete:
            return ()
        if self.cut_by:
            return (f"cut short: {self.cut_by}",)
        return self.missed or ("the lead: too many turns" if self.goal.leaves_contact else "the lead: recorded against the will",)


@dataclass(frozen=True, slots=True)
class SimulationReport:
    """Shares over all conversations; `automated`: no person was needed."""

    talks: tuple[Talk, ...]
    completed: Share = field(init=False)
    automated: Share = field(init=False)

    def __post_init__(self) -> None:
        count = len(self.talks)
        object.__setattr__(self, "completed", Share.of(sum(talk.complete for talk in self.talks), count))
        object.__setattr__(self, "automated", Share.of(sum(not talk.person for talk in self.talks), count))

    @property
    def faults(self) -> Mapping[str, int]:
        """How many conversations each kind of fault kept from being complete, the most frequent first."""
        return dict(Counter(fault for talk in self.talks for fault in dict.fromkeys(talk.faults)).most_common())

    @property
    def figures(self) -> Mapping[str, object]:
        """For --json. Intervals are of 95 %: Wilson's for shares, the normal one for means."""
        times = [ms for talk in self.talks for ms in talk.times_ms] or [0.0]
        turns = _Mean.of([talk.turns for talk in self.talks])
        corrections = _Mean.of([talk.corrections for talk in self.talks])
        leads = [talk for talk in self.talks if talk.settled and talk.goal.leaves_contact]
        return {
            "calls": len(self.talks),
            "completed": round(self.completed.value, 4),
            "automated": round(self.automated.value, 4),
            "turns": turns.value,
            "corrections": corrections.value,
            "leads": len(leads),
            "leads_right": sum(talk.lead_right for talk in leads),
            "invented": sum(len(talk.invented) for talk in self.talks),
            "p50_ms": round(float(np.percentile(times, 50)), 2),
            "p95_ms": round(float(np.percentile(times, 95)), 2),
            "intervals": {
                "completed": [round(self.completed.low, 4), round(self.completed.high, 4)],
                "automated": [round(self.automated.low, 4), round(self.automated.high, 4)],
                "turns": turns.interval,
                "corrections": corrections.interval,
            },
            "faults": self.faults,
        }

    def lines(self, failures: int = 0) -> Sequence[str]:
        """The report as text, with the first so many conversations that failed."""
        figures = self.figures
        turns, corrections = _Mean.of([talk.turns for talk in self.talks]), _Mean.of([talk.corrections for talk in self.talks])
        head = [
            f"conversations  {len(self.talks)}",
            f"completed      {_written(self.completed)}",
            f"automated      {_written(self.automated)}",
            f"turns          {turns.written} a conversation",
            f"corrections    {corrections.written} a conversation, to ask again or to put right",
            f"leads          {figures['leads']} recorded, {figures['leads_right']} with the right name and number",
            f"amounts        {figures['invented']} told that no table has",
            f"time           p50 {figures['p50_ms']} ms, p95 {figures['p95_ms']} ms a turn",
        ]
        if self.faults:
            head += ["what kept conversations from being complete:"]
            head += [f"  {count:4}  {kind}" for kind, count in self.faults.items()]
        failed = [talk for talk in self.talks if not talk.complete]
        for talk in failed[:failures]:
            head += ["", *_transcript(talk)]
        return head

    def write(self, folder: Path) -> None:
        """report.json, failures.txt (by kind of fault) and transcripts.jsonl, all conversations."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "report.json").write_text(json.dumps(self.figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        rows = (json.dumps(_row(talk), ensure_ascii=False) for talk in self.talks)
        (folder / "transcripts.jsonl").write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
        lines: list[str] = []
        for kind, count in self.faults.items():
            lines += [f"=== {kind} ({count})", ""]
            for talk in self.talks:
                if kind in talk.faults:
                    lines += [*_transcript(talk), ""]
        (folder / "failures.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


@dataclass(frozen=True, slots=True)
class _Mean:
    """A mean with the half width of its interval."""

    value: float
    half: float

    @classmethod
    def of(cls, values: Sequence[float]) -> _Mean:
        spread = float(np.std(values, ddof=1)) if len(values) > 1 else 0.0
        return cls(round(float(np.mean(values)), 2), _Z * spread / math.sqrt(len(values)))

    @property
    def interval(self) -> list[float]:
        return [round(self.value - self.half, 2), round(self.value + self.half, 2)]

    @property
    def written(self) -> str:
        low, high = self.interval
        return f"{self.value} (95 %: {low}-{high})"


def _transcript(talk: Talk) -> list[str]:
    head = f"goal {talk.goal.number} ({talk.goal.style}), {'; '.join(talk.faults) or 'complete'}"
    return [head, *(f"  {line}" for line in talk.lines)]


def _row(talk: Talk) -> Mapping[str, object]:
    return {
        "goal": talk.goal.number,
        "style": talk.goal.style,
        "complete": talk.complete,
        "faults": list(talk.faults),
        "turns": talk.turns,
        "corrections": talk.corrections,
        "lines": list(talk.lines),
    }


def _written(share: Share) -> str:
    return f"{share.value:.4f} (95 %: {share.low:.4f}-{share.high:.4f})"
