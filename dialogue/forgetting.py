"""A conversation taken out of the store for good: when it has been kept long enough, or because the caller asks for it.

What was counted stays as figures: how many conversations a day there were, and what came of them. The rows that other parts of
the program keep beside the events stay as well where they hold figures (a trial's outcomes, a lead's score), under a name drawn
at random instead of the conversation's, which is often a telephone number.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from dialogue.event_json import LEAD, REMINDER
from dialogue.reminders import pending
from dialogue.store import EventStore

DAY_S = 24 * 3600.0
USER, HANDED_OVER = "user", "handed_over"
"""Types of the events that are counted, beside leads."""

_schema = sa.MetaData()
_gone = sa.Table(
    "gone_days",
    _schema,
    sa.Column("day", sa.String(10), primary_key=True),
    sa.Column("conversations", sa.Integer, nullable=False),
    sa.Column("utterances", sa.Integer, nullable=False),
    sa.Column("leads", sa.Integer, nullable=False),
    sa.Column("hand_overs", sa.Integer, nullable=False),
)
_events = sa.table("events", *(sa.column(name) for name in ("conversation", "seq", "at", "type", "json")))
_seen = sa.table("after_calls", *(sa.column(name) for name in ("conversation", "reference")))
_outcomes = sa.table("adapter_outcomes", sa.column("conversation"))
_letters = sa.table("outbox", *(sa.column(name) for name in ("conversation", "state")))
_UNDER_WAY = ("waiting", "sending")
"""States of messages that are still to reach their receiver (dialogue.outbox): their words are in the conversation."""


@dataclass(frozen=True, slots=True)
class GoneDay:
    """What there was on one day (UTC, YYYY-MM-DD, by a conversation's first event) of what is forgotten by now."""

    day: str
    conversations: int
    utterances: int
    leads: int
    hand_overs: int


class Forgetting:
    """Takes conversations out of one store. Thread safe; several processes may share it."""

    def __init__(self, store: EventStore, clock: Callable[[], float] = time.time) -> None:
        """Make its table where there is none. Raises StoreError."""
        self._store = store
        self._clock = clock
        with store.transaction() as connection:
            _schema.create_all(connection)

    def too_old(self, days: float) -> tuple[str, ...]:
        """The conversations in which nothing was stored for so many days, those left out that wait for a reminder or for a
        message to reach its receiver. Raises StoreError."""
        oldest = self._clock() - days * DAY_S
        wanted = sa.select(_events.c.conversation).group_by(_events.c.conversation).having(sa.func.max(_events.c.at) < oldest)
        with self._store.transaction(writes=False) as connection:
            found = tuple(str(name) for name in connection.scalars(wanted.order_by(sa.func.max(_events.c.at))))
            waiting = _waiting(connection)
        waiting |= {name for name in self._store.holding(REMINDER) & set(found) if pending(self._store.events(name))}
        return tuple(name for name in found if name not in waiting)

    def holding(self, text: str) -> tuple[str, ...]:
        """The conversations whose words, slots or names hold this text, the oldest first: a number. Raises StoreError."""
        wanted = (
            sa.select(_events.c.conversation)
            .where(sa.or_(_events.c.json.contains(text, autoescape=True), _events.c.conversation.contains(text, autoescape=True)))
            .group_by(_events.c.conversation)
            .order_by(sa.func.min(_events.c.at))
        )
        with self._store.transaction(writes=False) as connection:
            return tuple(str(name) for name in connection.scalars(wanted))

    def forget(self, conversation: str, idle_days: float = 0.0) -> bool:
        """Delete a conversation, unless something was stored in it within so many days; whether it went. Raises StoreError."""
        oldest = self._clock() - idle_days * DAY_S
        with self._store.transaction() as connection:
            first, last = connection.execute(
                sa.select(sa.func.min(_events.c.at), sa.func.max(_events.c.at)).where(_events.c.conversation == conversation)
            ).one()
            if last is None or (idle_days and last >= oldest):
                return False
            _count(connection, conversation, datetime.fromtimestamp(first, UTC).date().isoformat())
            connection.execute(_events.delete().where(_events.c.conversation == conversation))
            _rename(connection, conversation, f"gone-{secrets.token_hex(8)}")
        return True

    def days(self) -> tuple[GoneDay, ...]:
        """The figures of what is forgotten, by day. Raises StoreError."""
        with self._store.transaction(writes=False) as connection:
            return tuple(GoneDay(*row) for row in connection.execute(sa.select(_gone).order_by(_gone.c.day)))


def _waiting(connection: sa.Connection) -> set[str]:
    if not sa.inspect(connection).has_table(_letters.name):
        return set()
    wanted = sa.select(_letters.c.conversation).where(_letters.c.state.in_(_UNDER_WAY)).distinct()
    return {str(name) for name in connection.scalars(wanted)}


def _count(connection: sa.Connection, conversation: str, day: str) -> None:
    """Add what came of a conversation to the figures of its day."""
    each = sa.select(_events.c.type, sa.func.count()).where(_events.c.conversation == conversation).group_by(_events.c.type)
    counted = {str(kind): int(count) for kind, count in connection.execute(each)}
    more = {
        "conversations": 1,
        "utterances": counted.get(USER, 0),
        "leads": counted.get(LEAD, 0),
        "hand_overs": counted.get(HANDED_OVER, 0),
    }
    changed: dict[str, Any] = {name: _gone.c[name] + number for name, number in more.items()}  # Any: SQL expressions
    if not connection.execute(_gone.update().where(_gone.c.day == day).values(**changed)).rowcount:
        connection.execute(_gone.insert().values(day=day, **more))


def _rename(connection: sa.Connection, conversation: str, name: str) -> None:
    """Rows with figures lose the conversation's name; a message that cannot be sent any more goes."""
    there = sa.inspect(connection)
    if there.has_table(_seen.name):
        mine = _seen.c.conversation == conversation
        connection.execute(_seen.update().where(mine).values(conversation=name, reference=""))
    if there.has_table(_outcomes.name):
        connection.execute(_outcomes.update().where(_outcomes.c.conversation == conversation).values(conversation=name))
    if there.has_table(_letters.name):
        sent = _letters.c.state == "delivered"
        mine = _letters.c.conversation == conversation
        connection.execute(_letters.update().where(mine, sent).values(conversation=name))
        connection.execute(_letters.delete().where(mine))
