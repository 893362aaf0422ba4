"""Sees to conversations that are over, in a thread beside the turns: writes their documents and queues their leads.

A lead is an event of its conversation, under a key that follows from the session: of several processes that see to one session,
and of one that is killed and sees to it again, only one can have put it there.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from dialogue.after_call.kept import Kept
from dialogue.after_call.lead import key_of, worth_sending
from dialogue.after_call.report import Report
from dialogue.after_call.session import Session, stored_sessions
from dialogue.after_call.writers import Writers
from dialogue.event_json import QUEUED
from dialogue.events import Event, MessageQueued, SessionEnded
from dialogue.reminders import pending
from dialogue.store import EventStore, OvertakenError, StoreError

log = logging.getLogger(__name__)

LOOK_S = 2.0
IDLE = "idle"
"""Why a session ended in which the customer said nothing more."""
_HOUR_S = 3600.0
_LAST = ("session_ended", QUEUED)
"""Types of the last event of a conversation that is over, but for what is sent afterwards."""


class AfterCalls:
    """`start` lets a thread look over and over; `round` looks once."""

    def __init__(self, store: EventStore, kept: Kept, writers: Writers, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._kept = kept
        self._writers = writers
        self._clock = clock
        self._failed: set[tuple[str, int]] = set()
        """Sessions that ran into a fault of ours: they wait for the next process, or every round ended there."""
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """See to what ends from now on. Raises StoreError."""
        self._kept.open()
        self._thread = threading.Thread(target=self._run, name="after-calls", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End after the session under way; what is left is seen to by the next process."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
        self._writers.close()

    def round(self) -> int:
        """See to the sessions that are over by now; how many. Raises StoreError."""
        done = 0
        for conversation, seqs in self._kept.pending().items():
            wanted = tuple(seq for seq in seqs if (conversation, seq) not in self._failed)
            if wanted and not self._stopping.is_set():
                done += self._seen_to_all(conversation, wanted)
        return done

    def _seen_to_all(self, conversation: str, seqs: tuple[int, ...]) -> int:
        try:
            over = self._over(conversation, seqs) if self._may_be_over(conversation, seqs) else []
            return sum(self._seen_to(session) for session in over)
        except StoreError as fault:
            self._store.check()  # raises where nothing can be read or written now
            log.error("a conversation cannot be read, no documents are written of it: %s", fault)
        except Exception:  # whatever one conversation runs into must not keep the others from being seen to
            log.exception("the documents of a conversation could not be written")
        self._failed |= {(conversation, seq) for seq in seqs}
        return 0

    def _may_be_over(self, conversation: str, seqs: tuple[int, ...]) -> bool:
        """Whether reading the conversation is worth it: it ended, fell silent, or went on with another session."""
        end = self._store.last(conversation)
        return end is not None and (len(seqs) > 1 or end.type in _LAST or self._clock() - end.at > self._idle_s())

    def _over(self, conversation: str, seqs: tuple[int, ...]) -> list[Session]:
        domain = self._writers.house().bot.domain
        found = stored_sessions(self._store, conversation, domain)
        if found and found[-1].ended is None and self._clock() - found[-1].ended_at > self._idle_s() and self._end(found[-1]):
            found = stored_sessions(self._store, conversation, domain)
        return [one for one in found if one.seq in seqs and one.ended is not None]

    def _end(self, session: Session) -> bool:
        """End a session in which nobody says anything any more; not one that waits for a reminder."""
        if pending(session.events):
            return False
        try:
            self._append(session.conversation, [SessionEnded(IDLE)], session.last)
        except OvertakenError:
            return False  # the customer spoke in this moment
        return True

    def _idle_s(self) -> float:
        house = self._writers.house()
        expires = house.bot.domain.session.session_expiration_time
        minutes = house.settings.idle_minutes or expires
        return minutes * 60 if minutes > 0 else _HOUR_S

    def _seen_to(self, session: Session) -> bool:
        if not session.said:
            return self._kept.note(session)
        report = self._writers.report(session)
        self._write(report)
        self._queue(report)
        return self._kept.note(session, report.score.points, report.score.grade)

    def _write(self, report: Report) -> None:
        try:
            self._kept.write(report)
        except OSError as fault:  # they can be written by hand at any time; the lead must not wait for a disk
            log.warning("documents cannot be written to %s: %s", self._kept.folder, fault.strerror)

    def _queue(self, report: Report) -> None:
        """Put the lead into the conversation, unless it is there."""
        house, session = self._writers.house(), report.account.session
        to = house.settings.lead.to
        if not to or not worth_sending(report.account, report.score, house):
            return
        message = MessageQueued(key_of(self._kept.tenant, session), to, report.lead.body)
        while True:
            stored = self._store.since(session.conversation, 0)
            if any(isinstance(event, MessageQueued) and event.key == message.key for event in stored.events):
                return
            try:
                self._append(session.conversation, [message], stored.seq)
            except OvertakenError:
                continue  # another session of this conversation has begun, or another process was faster
            return

    def _append(self, conversation: str, events: list[Event], after: int) -> None:
        """Whoever is talking stays with the version of the bot that his last event is marked with; after an end nobody is."""
        end = self._store.last(conversation)
        version = "" if end is None or end.type in _LAST else end.version
        self._store.append(conversation, events, version, after=after)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                busy = self.round()
            except (StoreError, OvertakenError) as fault:
                log.warning("documents wait: %s", fault)
                busy = 0
            except Exception as fault:  # whatever a round runs into must not end the thread
                log.error("a look at what is over stopped short: %s", type(fault).__name__)
                busy = 0
            if not busy:
                self._stopping.wait(LOOK_S)
