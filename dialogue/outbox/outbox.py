"""What is to be sent, and how far it got: one row a message, in the database that holds the conversations.

The message itself is an event (MessageQueued), stored in the transaction of the turn that caused it. So it is queued if and only
if that turn counts, and what is erased from the events is erased here. This table only says what became of it.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from dialogue.event_json import QUEUED, from_json
from dialogue.events import MessageQueued
from dialogue.store import EventStore

log = logging.getLogger(__name__)

LetterState = Literal["waiting", "sending", "delivered", "dead"]
"""dead: refused by the receiver, or tried as often as the settings allow."""
OPEN = ("waiting", "sending")
MAX_KEY, MAX_TARGET = 64, 255
LOOKED_BACK_S = 3600.0
"""A turn is stored under the time at which its transaction began, by the clock of its replica: this much covers both."""

_schema = sa.MetaData()
_letters = sa.Table(
    "outbox",
    _schema,
    sa.Column("key", sa.String(MAX_KEY), primary_key=True),
    sa.Column("conversation", sa.String(255), nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("target", sa.String(MAX_TARGET), nullable=False),
    sa.Column("queued_at", sa.Float, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("due_at", sa.Float, nullable=False),
    sa.Column("status", sa.Integer),
    sa.Column("fault", sa.String(255), nullable=False),
    sa.UniqueConstraint("conversation", "seq"),
    sa.Index("ix_outbox_due", "state", "due_at"),
)
_events = sa.table("events", *(sa.column(name) for name in ("conversation", "seq", "at", "type", "json")))


@dataclass(frozen=True, slots=True)
class Letter:
    """A message on its way. Times in seconds since 1970; `due_at`: when it is tried next, or when its sender counts as dead.

    `status` is the receiver's last answer, `fault` what was wrong with it, in words that hold nothing of the message.
    """

    key: str
    conversation: str
    seq: int
    target: str
    queued_at: float
    state: LetterState
    attempts: int
    due_at: float
    status: int | None = None
    fault: str = ""


class Outbox:
    """The letters of one store. Thread safe; several processes may share it."""

    def __init__(self, store: EventStore, clock: Callable[[], float] = time.time) -> None:
        """Make its table where there is none. Raises StoreError."""
        self._store = store
        self._clock = clock
        self._seen_at = 0.0
        with store.transaction() as connection:
            _schema.create_all(connection)
            connection.exec_driver_sql("CREATE INDEX IF NOT EXISTS ix_events_type_at ON events (type, at)")

    def collect(self) -> int:
        """Take up what turns have queued since the last time; how many. Raises StoreError.

        What cannot be sent as it is (an action server may have written it) is put aside under a key of ours.
        """
        now = self._clock()
        same = sa.and_(_letters.c.conversation == _events.c.conversation, _letters.c.seq == _events.c.seq)
        wanted = (
            sa.select(_events.c.conversation, _events.c.seq, _events.c.at, _events.c.json)
            .select_from(_events.outerjoin(_letters, same))
            .where(_events.c.type == QUEUED, _events.c.at >= self._seen_at - LOOKED_BACK_S, _letters.c.key.is_(None))
        )
        with self._store.transaction(writes=False) as connection:
            found = [_new(*row) for row in connection.execute(wanted)]
        if not found or self._inserted(found):
            taken_up = len(found)
        else:  # another replica has taken some of them up, or two have one key
            taken_up = sum(self._inserted([row]) or self._inserted([_aside(row, "another message has its key")]) for row in found)
        self._seen_at = now
        return taken_up

    def due_targets(self) -> tuple[str, ...]:
        """For whom something is to be tried now. Raises StoreError."""
        wanted = sa.select(_letters.c.target).where(_letters.c.state.in_(OPEN), _letters.c.due_at <= self._clock()).distinct()
        with self._store.transaction(writes=False) as connection:
            return tuple(sorted(str(target) for target in connection.scalars(wanted)))

    def due(self, target: str, limit: int = 100) -> tuple[Letter, ...]:
        """What this target is to be sent now, those that wait longest first. Raises StoreError."""
        now = self._clock()
        return self._letters(
            sa.select(_letters)
            .where(_letters.c.target == target, _letters.c.state.in_(OPEN), _letters.c.due_at <= now)
            .order_by(_letters.c.due_at, _letters.c.queued_at, _letters.c.seq)
            .limit(limit)
        )

    def claim(self, letter: Letter, until: float) -> bool:
        """Whether this sender may try it now; until then nobody else does. Counts as an attempt. Raises StoreError."""
        values = {"state": "sending", "attempts": letter.attempts + 1, "due_at": until}
        return self._changed(letter.key, letter.attempts, values) == 1

    def message(self, letter: Letter) -> MessageQueued | None:
        """What is to be sent; None where the conversation no longer holds it. Raises StoreError."""
        mine = (_events.c.conversation == letter.conversation, _events.c.seq == letter.seq)
        with self._store.transaction(writes=False) as connection:
            text = connection.scalar(sa.select(_events.c.json).where(*mine))
        event = None if text is None else from_json(json.loads(text))
        return event if isinstance(event, MessageQueued) else None

    def delivered(self, letter: Letter, status: int | None) -> None:
        """The receiver has it: it is never sent again, whoever else tried in the meantime. Raises StoreError."""
        values = {"state": "delivered", "status": status, "fault": ""}
        with self._store.transaction() as connection:
            connection.execute(_letters.update().where(_letters.c.key == letter.key).values(**values))

    def postpone(self, letter: Letter, at: float, status: int | None, fault: str) -> None:
        """Try the claimed letter again at this time. Raises StoreError."""
        values = {"state": "waiting", "due_at": at, "status": status, "fault": fault[:255]}
        self._changed(letter.key, letter.attempts + 1, values)

    def bury(self, letter: Letter, status: int | None, fault: str) -> None:
        """Put the claimed letter aside until an operator revives it. Raises StoreError."""
        self._changed(letter.key, letter.attempts + 1, {"state": "dead", "status": status, "fault": fault[:255]})

    def revive(self, keys: Iterable[str] | None = None) -> int:
        """Let dead letters (all, or those named) be tried anew; how many. Raises StoreError."""
        chosen = [_letters.c.state == "dead"]
        if keys is not None:
            chosen.append(_letters.c.key.in_(list(keys)))
        values = {"state": "waiting", "attempts": 0, "due_at": self._clock()}
        with self._store.transaction() as connection:
            return connection.execute(_letters.update().where(*chosen).values(**values)).rowcount

    def letters(self, states: Iterable[LetterState], limit: int = 100) -> tuple[Letter, ...]:
        """The newest in these states first. Raises StoreError."""
        wanted = sa.select(_letters).where(_letters.c.state.in_(list(states)))
        return self._letters(wanted.order_by(_letters.c.queued_at.desc(), _letters.c.seq.desc()).limit(limit))

    def counts(self) -> dict[str, int]:
        """How many letters are in each state. Raises StoreError."""
        wanted = sa.select(_letters.c.state, sa.func.count()).group_by(_letters.c.state)
        with self._store.transaction(writes=False) as connection:
            return {str(state): int(count) for state, count in connection.execute(wanted)}

    def _inserted(self, rows: list[dict[str, object]]) -> bool:
        """Whether all these letters are new."""
        try:
            with self._store.transaction() as connection:
                connection.execute(_letters.insert(), rows)
        except IntegrityError:
            return False
        for row in rows:
            if row["state"] == "dead":
                log.error("message %s is put aside: %s", row["key"], row["fault"])
        return True

    def _changed(self, key: str, attempts: int, values: dict[str, object]) -> int:
        mine = (_letters.c.key == key, _letters.c.attempts == attempts, _letters.c.state.in_(OPEN))
        with self._store.transaction() as connection:
            return connection.execute(_letters.update().where(*mine).values(**values)).rowcount

    def _letters(self, wanted: sa.Select[Any]) -> tuple[Letter, ...]:
        with self._store.transaction(writes=False) as connection:
            return tuple(Letter(*row) for row in connection.execute(wanted))


def _new(conversation: str, seq: int, at: float, text: str) -> dict[str, object]:
    data = json.loads(text)
    key, target = data.get("key"), data.get("to")
    row: dict[str, object] = {
        "key": key,
        "conversation": conversation,
        "seq": seq,
        "target": target,
        "queued_at": at,
        "state": "waiting",
        "attempts": 0,
        "due_at": at,
        "fault": "",
    }
    if not isinstance(target, str) or not target.isprintable() or len(target) > MAX_TARGET:
        return _aside({**row, "target": ""}, "it does not say to which webhook")
    if not isinstance(key, str) or not (key.isascii() and key.isprintable() and 0 < len(key) <= MAX_KEY):
        return _aside(row, f"its key is not 1 to {MAX_KEY} ASCII characters")
    return row


def _aside(row: dict[str, object], fault: str) -> dict[str, object]:
    """The letter as one that waits for an operator, under a key that no other has."""
    key = hashlib.sha256(f"{row['conversation']}/{row['seq']}".encode()).hexdigest()
    return {**row, "key": key, "state": "dead", "fault": fault}
