"""Simulated customers in conversation with a bot, one by one."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from typing import Protocol

from synth_data.callers.customer import Customer
from synth_data.callers.goals import Goal, Need
from synth_data.callers.report import SimulationReport, Talk

MOST_TURNS = 12
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)元")
_NOT_UNDERSTOOD = re.compile(r"没(听|太听|大听)|没(弄|搞)?明白|没(太)?懂|再说一遍|换个说法")
_NOT_KNOWN = re.compile(r"确认|拿不准|不敢乱说|查不到")
_ASKED_BACK = re.compile(r"哪个系统|哪一家|哪款|多大|多少人|什么配置|配置要求")

Slip = Callable[[str, Goal, random.Random], str]
"""What a recogniser hears of what a customer says."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bot did with one turn. `lead` says that contact data were recorded, `person` that it handed over.

    `contact` are the name and telephone number that were recorded.
    """

    text: str
    lead: bool = False
    person: bool = False
    end: bool = False
    ms: float = 0.0
    contact: tuple[str, str] = ("", "")


class Answering(Protocol):
    """A bot, as a customer meets it."""

    def __call__(self, conversation: str, text: str, /) -> Answer:
        """Answer one turn; an empty text is silence."""
        ...


def simulate(
    goals: Iterable[Goal], bot: Answering, slip: Slip | None = None, seed: int = 0, amounts: Collection[str] = ()
) -> SimulationReport:
    """Let every customer talk to the bot. `slip` turns what a customer says into what a recogniser hears.

    `amounts` are those that the bot may name; others are told in the report (none are looked for without them).
    """
    talks = (_talk(goal, bot, slip, random.Random(f"{seed}-talk-{goal.number}")) for goal in goals)
    return SimulationReport(tuple(replace(talk, invented=_invented(talk.lines, amounts)) for talk in talks))


def _invented(lines: Iterable[str], amounts: Collection[str]) -> tuple[str, ...]:
    """Amounts of yuan in the bot's words that no table has."""
    told = (amount for line in lines if line.startswith("bot: ") for amount in _AMOUNT.findall(line))
    return tuple(amount for amount in told if amounts and amount not in amounts)


def _talk(goal: Goal, bot: Answering, slip: Slip | None, rng: random.Random) -> Talk:
    customer = Customer(goal, rng)
    conversation = f"simulated-{goal.number}"
    lines: list[str] = []
    times: list[float] = []
    reply, lead, person, ended, contact = "", False, False, False, ("", "")
    while customer.turns < MOST_TURNS and not (customer.refused or person or lead or ended):
        words = customer.speak(reply)
        heard = slip(words, goal, rng) if slip is not None and words else words
        answer = bot(conversation, heard)
        reply = answer.text
        customer.hear(reply)
        lines += [f"customer: {heard or '(says nothing)'}", f"bot: {reply}"]
        times.append(answer.ms)
        lead, person, ended = lead or answer.lead, person or answer.person, answer.end
        contact = answer.contact if answer.lead else contact
    missed = tuple(_fault(need, customer.heard.get(at, "")) for at, need in enumerate(goal.needs) if not customer.answered[at])
    settled = lead == goal.leaves_contact and (lead or customer.refused)
    rightly = contact[1] == goal.phone and goal.name[0] in contact[0]
    ended_by = "person" if person else "end" if ended and not customer.refused else ""
    return Talk(
        goal, tuple(lines), missed, settled, lead and rightly, ended_by, customer.turns, customer.corrections, tuple(times)
    )


def _fault(need: Need, reply: str) -> str:
    """The kind of a need that was not answered, and how the bot's last words to it failed."""
    if not reply:
        return f"{need.kind}: never asked"
    for pattern, why in ((_NOT_UNDERSTOOD, "not understood"), (_NOT_KNOWN, "not known"), (_ASKED_BACK, "asked back")):
        if pattern.search(reply):
            return f"{need.kind}: {why}"
    return f"{need.kind}: {'another row' if need.wish is not None and '元' in reply else 'another answer'}"
