"""Where conversations are kept: events in a database, only ever added to, durable before the bot answers."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError, SQLAlchemyError

from dialogue.event_json import LEAD, EventError, from_json, to_json
from dialogue.events import Event, LeadRecorded

BUSY_S = 10.0
"""How long a writer waits for another process that writes to the same SQLite file."""
ATTEMPTS = 5
"""Tries of an append whose numbers another process took first; each conversation has one writer, so one retry is rare."""
_WRITES = "xiangyin_writes"

_schema = sa.MetaData()
_events = sa.Table(
    "events",
    _schema,
    sa.Column("conversation", sa.String(255), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("type", sa.String(32), nullable=False, index=True),
    sa.Column("json", sa.Text, nullable=False),
    sa.Column("version", sa.String(64), nullable=False),
)


class StoreError(ValueError):
    """The store cannot be opened, read or written; the message names it and says why."""


class OvertakenError(RuntimeError):
    """Another process added to the conversation since it was read: what was to be appended was decided on an old state."""


@dataclass(frozen=True, slots=True)
class Stored:
    """Events of one conversation as read: `seq` is the number of its last event (0: none), `at` when that one was stored, in
    seconds since 1970 (None: no event among these)."""

    events: tuple[Event, ...]
    seq: int
    at: float | None


@dataclass(frozen=True, slots=True)
class StoredEnd:
    """Where a conversation stands: when its last event was stored, of what type that is, and the version of the bot then."""

    at: float
    type: str
    version: str


@dataclass(frozen=True, slots=True)
class StoredConversation:
    """One line of a list of conversations. Times in seconds since 1970."""

    conversation: str
    events: int
    began_at: float
    last_at: float


@dataclass(frozen=True, slots=True)
class StoredLead:
    """Contact data and wishes as they were recorded."""

    conversation: str
    at: float
    lead: LeadRecorded


class EventStore:
    """Events by conversation, through SQLAlchemy: SQLite (WAL, synced at each commit) or another database by its URL.

    Thread safe; several processes may share it. Nothing is changed but by `rewrite`, nor deleted but by dialogue.forgetting.
    """

    def __init__(self, url: str, clock: Callable[[], float] = time.time) -> None:
        """Open it, and make its table where there is none. Raises StoreError."""
        self._clock = clock
        self._writing = threading.Lock()
        self._engine = _engine(url)
        in_memory = isinstance(self._engine.pool, sa.StaticPool)
        self._reading: AbstractContextManager[object] = self._writing if in_memory else nullcontext()
        self.where = self._engine.url.render_as_string(hide_password=True)
        try:
            with self._told():
                _schema.create_all(self._engine)
        except StoreError:
            self._engine.dispose()
            raise

    def append(self, conversation: str, events: Iterable[Event], version: str = "", after: int | None = None) -> int:
        """Add events in one transaction: after the return all are on disk, before it none counts. The number of the last one.

        `after` is the number of the event that the writer saw last: where the conversation has gone on since, nothing is added
        and OvertakenError raised, so that the turns of two replicas never interleave. Raises StoreError.
        """
        rows = [_row(event) for event in events]
        for _ in range(ATTEMPTS):
            try:
                with self.transaction() as connection:
                    return self._write(connection, conversation, rows, version, after)
            except IntegrityError:
                continue
        raise StoreError(f"{self.where}: conversation '{conversation}' is being written by others")

    def rewrite(self, conversation: str, change: Callable[[tuple[Event, ...]], Sequence[Event]]) -> None:
        """Put changed events in the place of a conversation's own, in one transaction: the one exception to only adding, for
        erasing personal data on request. `change` gives as many events of the same types. Raises StoreError."""
        mine = _events.c.conversation == conversation
        wanted = sa.select(_events.c.seq, _events.c.json).where(mine).order_by(_events.c.seq)
        with self.transaction() as connection:
            stored = [tuple(row) for row in connection.execute(wanted)]
            changed = change(tuple(self._event(conversation, seq, text) for seq, text in stored))
            for (seq, _), event in zip(stored, changed, strict=True):
                connection.execute(_events.update().where(mine, _events.c.seq == seq).values(json=_row(event)[1]))

    def events(self, conversation: str) -> tuple[Event, ...]:
        """All events in order; an unknown conversation has none. Raises StoreError."""
        return self.since(conversation, 0).events

    def since(self, conversation: str, seq: int) -> Stored:
        """The events after number `seq`, in order. Raises StoreError."""
        wanted = (
            sa.select(_events.c.seq, _events.c.at, _events.c.json)
            .where(_events.c.conversation == conversation, _events.c.seq > seq)
            .order_by(_events.c.seq)
        )
        rows = self._rows(wanted)
        events = tuple(self._event(conversation, number, text) for number, _, text in rows)
        return Stored(events, rows[-1][0] if rows else seq, float(rows[-1][1]) if rows else None)

    def last(self, conversation: str) -> StoredEnd | None:
        """The end of a conversation; None for one that never was. Raises StoreError."""
        wanted = (
            sa.select(_events.c.at, _events.c.type, _events.c.version)
            .where(_events.c.conversation == conversation)
            .order_by(_events.c.seq.desc())
            .limit(1)
        )
        rows = self._rows(wanted)
        return StoredEnd(float(rows[0][0]), *rows[0][1:]) if rows else None

    def conversations(self, limit: int = 100) -> tuple[StoredConversation, ...]:
        """The latest ones first."""
        wanted = (
            sa.select(_events.c.conversation, sa.func.count(), sa.func.min(_events.c.at), sa.func.max(_events.c.at))
            .group_by(_events.c.conversation)
            .order_by(sa.func.max(_events.c.at).desc(), _events.c.conversation)
            .limit(limit)
        )
        return tuple(StoredConversation(*row) for row in self._rows(wanted))

    def holding(self, type_: str, since: float = 0.0) -> frozenset[str]:
        """The conversations in which an event of this type was stored since then. Raises StoreError."""
        wanted = sa.select(_events.c.conversation).where(_events.c.type == type_, _events.c.at >= since).distinct()
        return frozenset(conversation for (conversation,) in self._rows(wanted))

    def leads(self) -> tuple[StoredLead, ...]:
        """All leads, oldest first. Raises StoreError."""
        wanted = (
            sa.select(_events.c.conversation, _events.c.seq, _events.c.at, _events.c.json)
            .where(_events.c.type == LEAD)
            .order_by(_events.c.at, _events.c.conversation, _events.c.seq)
        )
        found = []
        for conversation, seq, at, text in self._rows(wanted):
            event = self._event(conversation, seq, text)
            if isinstance(event, LeadRecorded):
                found.append(StoredLead(conversation, at, event))
        return tuple(found)

    def check(self) -> None:
        """Try a write that is taken back. Raises StoreError when nothing can be stored."""
        trial = {"conversation": "", "seq": 0, "at": self._clock(), "type": "check", "json": "{}", "version": ""}
        with self.transaction() as connection:
            connection.execute(_events.insert(), [trial])
            connection.rollback()

    @contextmanager
    def transaction(self, writes: bool = True) -> Iterator[sa.Connection]:
        """For who keeps a table beside the events; committed at the end. Raises StoreError, and IntegrityError as it comes."""
        with (
            self._told(),
            self._writing if writes else self._reading,
            self._engine.connect().execution_options(**{_WRITES: writes}) as connection,
            connection.begin(),
        ):
            yield connection

    def close(self) -> None:
        self._engine.dispose()

    def _write(
        self, connection: sa.Connection, conversation: str, rows: list[tuple[str, str]], version: str, after: int | None
    ) -> int:
        last = sa.select(sa.func.max(_events.c.seq)).where(_events.c.conversation == conversation)
        before = connection.scalar(last) or 0
        if after is not None and before != after:
            raise OvertakenError(conversation)
        same = {"conversation": conversation, "at": self._clock(), "version": version}
        numbered = [{**same, "seq": before + 1 + index, "type": kind, "json": text} for index, (kind, text) in enumerate(rows)]
        if numbered:
            connection.execute(_events.insert(), numbered)
        return before + len(rows)

    def _rows(self, wanted: sa.Select[Any]) -> list[Any]:
        with self._told(), self._reading, self._engine.connect() as connection:
            return [tuple(row) for row in connection.execute(wanted)]

    def _event(self, conversation: str, seq: int, text: str) -> Event:
        try:
            return from_json(json.loads(text))
        except (EventError, json.JSONDecodeError) as fault:
            raise StoreError(f"{self.where}: event {seq} of conversation '{conversation}' cannot be read: {fault}") from None

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Faults of the database as one line; IntegrityError passes, since an append tries again."""
        try:
            yield
        except IntegrityError:
            raise
        except DBAPIError as fault:
            raise StoreError(f"{self.where}: {_reason(fault)}") from None
        except SQLAlchemyError as fault:
            raise StoreError(f"{self.where}: {type(fault).__name__}: {fault}") from None


def _row(event: Event) -> tuple[str, str]:
    data = to_json(event)
    return str(data["event"]), json.dumps(data, ensure_ascii=False, separators=(",", ":"), default=str)


def _engine(url: str) -> sa.Engine:
    try:
        parsed = sa.make_url(url)
    except ArgumentError:
        raise StoreError(f"'{url}' is not a database URL; write e.g. sqlite:///conversations.sqlite") from None
    sqlite = parsed.get_backend_name() == "sqlite"
    in_memory = sqlite and parsed.database in (None, "", ":memory:")
    if sqlite and parsed.database and not in_memory:
        _make_folder(Path(parsed.database))
    options: dict[str, Any] = {"connect_args": {"timeout": BUSY_S}} if sqlite else {"pool_pre_ping": True}
    if in_memory:  # every thread must see the one connection that holds the data
        options = {"poolclass": sa.StaticPool, "connect_args": {"check_same_thread": False}}
    try:
        engine = sa.create_engine(parsed, **options)
    except (NoSuchModuleError, ImportError) as fault:
        raise StoreError(f"{parsed.render_as_string(hide_password=True)}: its driver is not installed ({fault})") from None
    if sqlite:
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_folder(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise StoreError(f"{file}: its folder cannot be made: {fault.strerror}") from None


def _prepare_sqlite(connection: DBAPIConnection, _record: object) -> None:
    """WAL lets readers and the writer work side by side; FULL syncs the log at each commit, so an answer given is kept. What is
    deleted or rewritten is overwritten with zeros."""
    connection.isolation_level = None  # sqlite3's own BEGIN comes too late for the lock
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    """A writer takes the lock before it reads the last number; else two processes could deadlock over it."""
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _reason(fault: DBAPIError) -> str:
    said = str(fault.orig)
    if "not a database" in said or "malformed" in said:
        return f"the file is damaged or no SQLite database ({said}); move it away and start again, or restore a copy"
    if "readonly" in said or "unable to open" in said or "disk I/O" in said:
        return f"the file cannot be written ({said}); check its folder, its rights and the space on the disk"
    if "locked" in said:
        return f"another program holds the file ({said})"
    return said
