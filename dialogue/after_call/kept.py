"""Where documents are kept: a folder a session under a name that tells nothing, and a row a session that was seen to."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from dialogue.after_call.document import Document, markdown
from dialogue.after_call.lead import reference
from dialogue.after_call.page import page
from dialogue.after_call.report import Report
from dialogue.after_call.session import Session, sessions_of
from dialogue.domain import Domain
from dialogue.store import EventStore

LOOKED_BACK_S = 3 * 24 * 3600.0
"""A session that is still going on after so long is given up: no caller keeps one open for days."""
STARTED, ENDED = "session_started", "session_ended"
"""Types of the events that begin and end a session."""
_DAY_S = 24 * 3600.0
_REFERENCE = re.compile(r"[0-9a-f]{16}")
"""How the folders of sessions are called (dialogue.after_call.lead.reference); what else lies beside them is left alone."""
LEAD_FILE, NOTES_FILE = "lead.json", "notes.txt"
_OPENED = ("", 0)
"""The row that says since when sessions are seen to: what was said before nobody asked for documents is left alone."""

_schema = sa.MetaData()
_seen = sa.Table(
    "after_calls",
    _schema,
    sa.Column("conversation", sa.String(255), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("reference", sa.String(16), nullable=False),
    sa.Column("score", sa.Float),
    sa.Column("grade", sa.String(64), nullable=False),
)
_events = sa.table("events", *(sa.column(name) for name in ("conversation", "seq", "at", "type")))


@dataclass(frozen=True, slots=True)
class Seen:
    """A session that was seen to, at `at` (seconds since 1970). `score` is None where nothing was said in it."""

    conversation: str
    seq: int
    at: float
    reference: str
    score: float | None
    grade: str


class Kept:
    """The documents of one bot. Several processes may share the table; each writes into the folder that it sees."""

    def __init__(self, store: EventStore, folder: Path, tenant: str = "", clock: Callable[[], float] = time.time) -> None:
        """Make its table where there is none. Raises StoreError."""
        self.folder = folder
        self.tenant = tenant
        self._store = store
        self._clock = clock
        with store.transaction() as connection:
            _schema.create_all(connection)

    def open(self) -> None:
        """Sessions are seen to from now on, unless they are already. Raises StoreError."""
        self._insert(*_OPENED, "", None, "")

    def pending(self) -> Mapping[str, tuple[int, ...]]:
        """Those that nobody has seen to yet: by conversation, the numbers of the events that began them. Raises StoreError."""
        same = sa.and_(_seen.c.conversation == _events.c.conversation, _seen.c.seq == _events.c.seq)
        opened = sa.select(_seen.c.at).where(_seen.c.conversation == _OPENED[0], _seen.c.seq == _OPENED[1]).scalar_subquery()
        wanted = (
            sa.select(_events.c.conversation, _events.c.seq)
            .select_from(_events.outerjoin(_seen, same))
            .where(
                _events.c.type == STARTED,
                _events.c.at >= opened,
                _events.c.at >= self._clock() - LOOKED_BACK_S,
                _seen.c.at.is_(None),
            )
            .order_by(_events.c.at, _events.c.conversation, _events.c.seq)
        )
        found: dict[str, tuple[int, ...]] = {}
        with self._store.transaction(writes=False) as connection:
            for conversation, seq in connection.execute(wanted):
                found[conversation] = (*found.get(conversation, ()), int(seq))
        return found

    def ended(self) -> Mapping[str, int]:
        """By conversation, the number of the last event that ended a session. Raises StoreError."""
        wanted = (
            sa.select(_events.c.conversation, sa.func.max(_events.c.seq))
            .where(_events.c.type == ENDED, _events.c.at >= self._clock() - LOOKED_BACK_S)
            .group_by(_events.c.conversation)
        )
        with self._store.transaction(writes=False) as connection:
            return {conversation: int(seq) for conversation, seq in connection.execute(wanted)}

    def note(self, session: Session, score: float | None = None, grade: str = "") -> bool:
        """This session was seen to; False where another process was faster. Raises StoreError."""
        return self._insert(session.conversation, session.seq, reference(self.tenant, session), score, grade)

    def seen(self, limit: int = 100) -> tuple[Seen, ...]:
        """What was seen to and had something in it, the newest first. Raises StoreError."""
        wanted = sa.select(_seen).where(_seen.c.score.is_not(None)).order_by(_seen.c.at.desc(), _seen.c.seq.desc()).limit(limit)
        with self._store.transaction(writes=False) as connection:
            return tuple(Seen(*row) for row in connection.execute(wanted))

    @property
    def _own(self) -> Path:
        return self.folder / (self.tenant or "_")

    def place(self, session: Session) -> Path:
        """The folder of a session's documents, whether it is there or not."""
        return self._own / reference(self.tenant, session)

    def write(self, report: Report) -> tuple[Path, ...]:
        """Write the documents and the lead in place of those of before. Raises OSError."""
        return write_into(self.place(report.account.session), report)

    def erase(self, conversation: str, domain: Domain) -> int:
        """Delete the documents of a conversation; of how many sessions there were any. Raises OSError and StoreError."""
        places = [self.place(session) for session in sessions_of(conversation, self._store.events(conversation), domain)]
        there = [place for place in places if place.is_dir()]
        for place in there:
            shutil.rmtree(place)
        return len(there)

    def expire(self, days: float) -> int:
        """Delete the documents of each session of which none was written for so many days; of how many sessions. That a session
        was seen to stays known, so they are not written anew. Raises OSError."""
        oldest = self._clock() - days * _DAY_S
        places = [place for place in self._own.glob("*") if _REFERENCE.fullmatch(place.name) and _written(place) < oldest]
        for place in places:
            shutil.rmtree(place)
        return len(places)

    def _insert(self, conversation: str, seq: int, name: str, score: float | None, grade: str) -> bool:
        row = {
            "conversation": conversation,
            "seq": seq,
            "at": self._clock(),
            "reference": name,
            "score": score,
            "grade": grade[:64],
        }
        try:
            with self._store.transaction() as connection:
                connection.execute(_seen.insert().values(**row))
        except IntegrityError:
            return False
        return True


def write_into(folder: Path, report: Report) -> tuple[Path, ...]:
    """A report's documents as Markdown and pages, its lead, and notes where there are any. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    texts = {name: text for document in report.documents for name, text in _files(document)}
    texts[LEAD_FILE] = json.dumps(dict(report.lead.body), ensure_ascii=False, indent=1, default=str) + "\n"
    texts |= _notes(report.documents)
    for name, text in texts.items():
        beside = folder / f".{name}.{os.getpid()}"  # a reader sees the whole of the old file or of the new one
        beside.write_text(text, encoding="utf-8")
        beside.replace(folder / name)
    if NOTES_FILE not in texts:
        (folder / NOTES_FILE).unlink(missing_ok=True)
    return tuple(folder / name for name in texts)


def _written(place: Path) -> float:
    """When a file of this folder was written last, in seconds since 1970; of an empty one, when it was made."""
    return max((file.stat().st_mtime for file in place.iterdir()), default=place.stat().st_mtime)


def _files(document: Document) -> tuple[tuple[str, str], ...]:
    return (f"{document.name}.md", markdown(document)), (f"{document.name}.html", page(document))


def _notes(documents: Sequence[Document]) -> dict[str, str]:
    lines = [f"{document.name}: {note}" for document in documents for note in document.notes]
    return {NOTES_FILE: "\n".join(lines) + "\n"} if lines else {}
