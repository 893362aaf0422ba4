"""Simulated customers in conversation with a bot, one by one, and what came of it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from nlu.metrics import Share
from synth_data.callers.customer import Customer
from synth_data.callers.goals import Goal

MOST_TURNS = 12


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bot did with one turn. `lead` says that contact data were recorded, `person` that it handed over."""

    text: str
    lead: bool = False
    person: bool = False
    end: bool = False
    ms: float = 0.0


class Answering(Protocol):
    """A bot, as a customer meets it."""

    def __call__(self, conversation: str, text: str, /) -> Answer:
        """Answer one turn; an empty text is silence."""
        ...


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation. `lines` alternate customer and bot; `missed` are the kinds of the needs that got no right answer."""

    goal: Goal
    lines: tuple[str, ...]
    missed: tuple[str, ...]
    lead: bool
    person: bool
    turns: int
    corrections: int
    times_ms: tuple[float, ...] = ()

    @property
    def complete(self) -> bool:
        """Every need answered from the right row in 12 turns or fewer, and the lead recorded or refused."""
        return not self.missed and self.turns <= MOST_TURNS and self.lead == self.goal.leaves_contact


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
    def figures(self) -> Mapping[str, object]:
        """For --json."""
        times = [ms for talk in self.talks for ms in talk.times_ms] or [0.0]
        return {
            "calls": len(self.talks),
            "completed": round(self.completed.value, 4),
            "automated": round(self.automated.value, 4),
            "turns": round(float(np.mean([talk.turns for talk in self.talks])), 2),
            "corrections": round(float(np.mean([talk.corrections for talk in self.talks])), 2),
            "p50_ms": round(float(np.percentile(times, 50)), 2),
            "p95_ms": round(float(np.percentile(times, 95)), 2),
            "intervals": {
                name: [round(share.low, 4), round(share.high, 4)]
                for name, share in (("completed", self.completed), ("automated", self.automated))
            },
        }

    def lines(self, failures: int = 0) -> Sequence[str]:
        """The report as text, with the first so many conversations that failed."""
        figures = self.figures
        head = [
            f"conversations  {len(self.talks)}",
            f"completed      {_written(self.completed)}",
            f"automated      {_written(self.automated)}",
            f"turns          {figures['turns']} a conversation, {figures['corrections']} of them to ask again or to correct",
            f"time           p50 {figures['p50_ms']} ms, p95 {figures['p95_ms']} ms a turn",
        ]
        failed = [talk for talk in self.talks if not talk.complete]
        for talk in failed[:failures]:
            why = ", ".join(talk.missed) or ("too many turns" if talk.turns > MOST_TURNS else "the lead")
            head += ["", f"goal {talk.goal.number} ({talk.goal.style}), missed: {why}", *(f"  {line}" for line in talk.lines)]
        return head


def simulate(
    goals: Iterable[Goal], bot: Answering, slip: Callable[[str, Goal, random.Random], str] | None = None, seed: int = 0
) -> SimulationReport:
    """Let every customer talk to the bot. `slip` turns what a customer says into what a recogniser hears."""
    return SimulationReport(tuple(_talk(goal, bot, slip, random.Random(f"{seed}-talk-{goal.number}")) for goal in goals))


def _talk(goal: Goal, bot: Answering, slip: Callable[[str, Goal, random.Random], str] | None, rng: random.Random) -> Talk:
    customer = Customer(goal, rng)
    conversation = f"simulated-{goal.number}"
    lines: list[str] = []
    times: list[float] = []
    reply, lead, person = "", False, False
    while customer.turns < MOST_TURNS and not (customer.refused or person or lead):
        words = customer.speak(reply)
        heard = slip(words, goal, rng) if slip is not None and words else words
        answer = bot(conversation, heard)
        reply = answer.text
        customer.hear(reply)
        lines += [f"customer: {heard or '(says nothing)'}", f"bot: {reply}"]
        times.append(answer.ms)
        lead, person = lead or answer.lead, person or answer.person
        if answer.end:
            break
    missed = tuple(need.kind for need, done in zip(goal.needs, customer.answered, strict=True) if not done)
    return Talk(goal, tuple(lines), missed, lead, person, customer.turns, customer.corrections, tuple(times))


def _written(share: Share) -> str:
    return f"{share.value:.4f} (95 %: {share.low:.4f}-{share.high:.4f})"
