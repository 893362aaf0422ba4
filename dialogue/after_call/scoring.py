"""How likely a customer is to buy: points for what was seen in the conversation, each with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dialogue.after_call.account import Account
from dialogue.after_call.settings import Condition, LeadSettings, Step
from dialogue.facts import Term

MOST = 100.0


@dataclass(frozen=True, slots=True)
class Reason:
    """A signal that was seen: its points, and the customer's words that show it, where words do."""

    signal: str
    says: str
    points: float
    turn: int = 0
    words: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """`points` from 0 to 100; `reasons` add up to them, but for what goes beyond either end."""

    points: float
    grade: str
    reasons: tuple[Reason, ...]


def score_of(account: Account, settings: LeadSettings, terms: Mapping[str, Term]) -> Score:
    """The points of all signals that are seen, the strongest first."""
    found = []
    for name, signal in settings.signals.items():
        if signal.points and holds(signal.when, account, terms):
            turn, words = _shown(signal.when, account)
            found.append(Reason(name, signal.says or name, signal.points, turn, words))
    points = min(max(sum(reason.points for reason in found), 0.0), MOST)
    grades = sorted(settings.grades.items(), key=lambda item: -item[1])
    grade = next((grade for grade, least in grades if points >= least), "")
    return Score(points, grade, tuple(sorted(found, key=lambda reason: -abs(reason.points))))


def steps_of(account: Account, steps: tuple[Step, ...], terms: Mapping[str, Term]) -> tuple[str, ...]:
    """What is to be done next, as templates; the first comes first."""
    return tuple(step.says for step in steps if holds(step.when, account, terms))


def holds(condition: Condition, account: Account, terms: Mapping[str, Term]) -> bool:
    """Whether all that the condition names is so."""
    happened = happenings(account)
    score = account.moods[-1].score if account.moods else None
    asked = {need.intent for need in account.needs}
    return (
        (not condition.intents or not asked.isdisjoint(condition.intents))
        and all(account.state.value(slot) not in (None, "", False, []) for slot in condition.slots)
        and all(account.state.value(slot) in (None, "", False, []) for slot in condition.lacks)
        and happened.issuperset(condition.happened)
        and happened.isdisjoint(condition.missing)
        and (not condition.ended or account.session.ended in condition.ended)
        and all(term in terms for term in condition.terms)
        and (condition.satisfaction_below is None or (score is not None and score < condition.satisfaction_below))
        and (condition.satisfaction_above is None or (score is not None and score > condition.satisfaction_above))
        and len(asked) >= condition.needs
    )


def happenings(account: Account) -> frozenset[str]:
    """Those of settings.Happening that are so."""
    statuses = {need.status for need in account.needs}
    seen = {
        "lead": account.lead is not None,
        "contact": bool(account.contact),
        "hand_over": account.handed_over is not None,
        "row": bool(account.rows or account.standing),
        "open_need": "open" in statuses,
        "refused_need": "refused" in statuses,
    }
    return frozenset(name for name, is_so in seen.items() if is_so)


def _shown(condition: Condition, account: Account) -> tuple[int, str]:
    """The turn and the words that show a signal: those of the need, of the slot, of the last score."""
    for need in account.needs:
        if need.intent in condition.intents:
            return account.turn(need.turn), need.words
    for slot in condition.slots:
        value = account.state.slots.get(slot)
        if value is not None and value.words:
            return account.turn(value.turn), value.words
    if account.moods and (condition.satisfaction_below is not None or condition.satisfaction_above is not None):
        return account.moods[-1].turn, account.moods[-1].words
    return 0, ""
