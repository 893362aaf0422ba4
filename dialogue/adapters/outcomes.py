"""What became of conversations, by adapter: read from the events once they are over, and kept a row each.

The rows are numbered in the order in which they were noted, and only ever added to: a trial is looked at in that order.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from dialogue.adapters.adapter import Trial
from dialogue.adapters.settings import AdapterSettings
from dialogue.adapters.trial.verdict import Outcome
from dialogue.event_json import CHOSEN
from dialogue.events import (
    AdapterChosen,
    AdapterReplied,
    Event,
    HandedOver,
    LeadRecorded,
    ReplyBlocked,
    SessionEnded,
    SessionStarted,
    SlotSet,
)
from dialogue.store import EventStore

LOOKED_BACK_S = 3 * 24 * 3600.0
"""Conversations that are still open after so long are given up; none is kept open by a caller for days."""
MAX_ID = 255

_schema = sa.MetaData()
_outcomes = sa.Table(
    "adapter_outcomes",
    _schema,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("conversation", sa.String(MAX_ID), nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("tenant", sa.String(48), nullable=False),
    sa.Column("adapter", sa.String(80), nullable=False),
    sa.Column("line", sa.String(48), nullable=False),
    sa.Column("arm", sa.String(8), nullable=False),
    sa.Column("trial", sa.String(32), nullable=False, index=True),
    sa.Column("noted_at", sa.Float, nullable=False),
    sa.Column("replies", sa.Integer, nullable=False),
    sa.Column("json", sa.Text, nullable=False),
    sa.UniqueConstraint("conversation", "seq"),
)
_events = sa.table("events", *(sa.column(name) for name in ("conversation", "seq", "at", "type")))


@dataclass(frozen=True, slots=True)
class Spell:
    """A stretch of a conversation under one adapter: the number of the event that began it, and what happened until it ended."""

    seq: int
    chosen: AdapterChosen
    events: tuple[Event, ...]
    over: bool


class Outcomes:
    """The outcomes of one bot's conversations. Thread safe; several processes may share them."""

    def __init__(self, store: EventStore, settings: AdapterSettings, clock: Callable[[], float]) -> None:
        """Make its table where there is none. Raises StoreError."""
        self._store = store
        self._settings = settings
        self._clock = clock
        with store.transaction() as connection:
            _schema.create_all(connection)

    def collect(self) -> int:
        """Note the conversations that are over by now; how many. Raises StoreError."""
        return sum(self._noted(conversation, seqs) for conversation, seqs in self._open().items())

    def of_trial(self, trial: Trial) -> tuple[Outcome, ...]:
        """Both arms, in the order in which they were noted. Raises StoreError."""
        return self._read(_outcomes.c.trial == trial.id)

    def count(self, trial: Trial) -> int:
        """How many are noted. Raises StoreError."""
        wanted = sa.select(sa.func.count()).select_from(_outcomes).where(_outcomes.c.trial == trial.id)
        with self._store.transaction(writes=False) as connection:
            return int(connection.scalar(wanted) or 0)

    def before(self, trial: Trial) -> tuple[Outcome, ...]:
        """What the control did before, as far back as the settings let count. Raises StoreError."""
        settings = self._settings.trial
        oldest = trial.began_at - settings.history_days * 24 * 3600.0
        same = (_outcomes.c.line == trial.line, _outcomes.c.adapter == trial.control, _outcomes.c.trial != trial.id)
        found = self._read(*same, _outcomes.c.noted_at < trial.began_at, _outcomes.c.noted_at >= oldest)
        return found[len(found) - settings.history :] if len(found) > settings.history else found

    def _open(self) -> dict[str, list[int]]:
        """Conversations with an adapter of which nothing is noted yet."""
        same = sa.and_(_outcomes.c.conversation == _events.c.conversation, _outcomes.c.seq == _events.c.seq)
        wanted = (
            sa.select(_events.c.conversation, _events.c.seq)
            .select_from(_events.outerjoin(_outcomes, same))
            .where(_events.c.type == CHOSEN, _events.c.at >= self._clock() - LOOKED_BACK_S, _outcomes.c.number.is_(None))
            .order_by(_events.c.at, _events.c.conversation, _events.c.seq)
        )
        found: dict[str, list[int]] = {}
        with self._store.transaction(writes=False) as connection:
            for conversation, seq in connection.execute(wanted):
                found.setdefault(conversation, []).append(seq)
        return found

    def _noted(self, conversation: str, seqs: Sequence[int]) -> int:
        stored = self._store.since(conversation, 0)
        quiet = stored.at is not None and self._clock() - stored.at > self._settings.trial.quiet_s
        done = [one for one in spells(stored.events) if one.seq in seqs and (one.over or quiet)]
        return sum(self._insert(conversation, one) for one in done)

    def _insert(self, conversation: str, spell: Spell) -> bool:
        outcome, chosen = outcome_of(spell, self._settings.satisfaction_slot), spell.chosen
        row = {
            "conversation": conversation,
            "seq": spell.seq,
            "tenant": self._settings.tenant,
            "adapter": chosen.adapter,
            "line": chosen.line,
            "arm": chosen.arm,
            "trial": chosen.trial,
            "noted_at": self._clock(),
            "replies": outcome.replies,
            "json": json.dumps(dict(outcome.values)),
        }
        try:
            with self._store.transaction() as connection:
                connection.execute(_outcomes.insert().values(**row))
        except IntegrityError:
            return False  # another replica was faster
        return True

    def _read(self, *wanted: sa.ColumnElement[bool]) -> tuple[Outcome, ...]:
        columns = (_outcomes.c.arm, _outcomes.c.json, _outcomes.c.replies)
        mine = sa.select(*columns).where(_outcomes.c.tenant == self._settings.tenant, *wanted).order_by(_outcomes.c.number)
        with self._store.transaction(writes=False) as connection:
            return tuple(Outcome(arm == "trial", json.loads(text), replies) for arm, text, replies in connection.execute(mine))


def spells(events: Sequence[Event]) -> Iterator[Spell]:
    """A conversation cut where another adapter took over, and where its sessions end. Events are numbered from 1."""
    begun: tuple[int, AdapterChosen] | None = None
    happened: list[Event] = []
    for seq, event in enumerate(events, start=1):
        if begun is not None and isinstance(event, (AdapterChosen, SessionEnded, SessionStarted)):
            yield Spell(*begun, tuple(happened), over=True)
            begun = None
        if isinstance(event, AdapterChosen):
            begun, happened = (seq, event), []
        else:
            happened.append(event)
    if begun is not None:
        yield Spell(*begun, tuple(happened), over=False)


def outcome_of(spell: Spell, satisfaction_slot: str = "satisfaction") -> Outcome:
    """The metrics of a stretch; what was not measured is None."""
    replied = [event for event in spell.events if isinstance(event, AdapterReplied)]
    first_ms = [event.first_ms for event in replied if not event.fault]
    styles = [event.style for event in replied if event.style is not None]
    blocked = sum(isinstance(event, ReplyBlocked) for event in spell.events)
    scores = [_score(event.value) for event in spell.events if isinstance(event, SlotSet) and event.name == satisfaction_slot]
    values = {
        "hand_over": float(any(isinstance(event, HandedOver) for event in spell.events)),
        "guard": float(min(blocked, len(replied))) if replied else None,
        "error": float(sum(bool(event.fault) for event in replied)) if replied else None,
        "latency_ms": fmean(first_ms) if first_ms else None,
        "style": fmean(styles) if styles else None,
        "satisfaction": scores[-1] if scores else None,
        "conversion": float(any(isinstance(event, LeadRecorded) for event in spell.events)),
    }
    return Outcome(spell.chosen.arm == "trial", values, len(replied))


def _score(value: Any) -> float | None:  # Any: slots hold what operators and actions put in
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return float(value) if is_number and 1 <= value <= 5 else None
