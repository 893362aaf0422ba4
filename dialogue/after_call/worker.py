"""Sees to conversations that are over, in a thread beside the turns: writes their documents and queues their leads.

A lead is an event of its conversation, under a key that follows from the session: of several processes that see to one session,
and of one that is killed and sees to it again, only one can have put it there.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence

from dialogue.after_call.kept import Kept
from dialogue.after_call.lead import key_of, worth_sending
from dialogue.after_call.report import Report
from dialogue.after_call.session import Session, stored_sessions
from dialogue.after_call.writers import Writers
from dialogue.events import Event, MessageQueued, SessionEnded, SessionStarted
from dialogue.reminders import pending
from dialogue.store import EventStore, OvertakenError, StoreError

log = logging.getLogger(__name__)

LOOK_S = 2.0
SWEEP_S = 3600.0
"""Between two looks for documents that are too old: days count, not minutes."""
IDLE = "idle"
"""Why a session ended in which the customer said nothing more."""
_HOUR_S = 3600.0


class AfterCalls:
    """`start` lets a thread look over and over; `round` looks once."""

    def __init__(self, store: EventStore, kept: Kept, writers: Writers, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._kept = kept
        self._writers = writers
        self._clock = clock
        self._failed: set[tuple[str, int]] = set()
        """Sessions that ran into a fault of ours: they wait for the next process, or every round ended there."""
        self._swept_at = -SWEEP_S
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
        """See to the sessions that are over by now; how many. Documents that are too old are deleted. Raises StoreError."""
        self._sweep()
        pending = self._kept.pending()
        ended = self._kept.ended() if pending else {}
        done = 0
        for conversation, seqs in pending.items():
            wanted = tuple(seq for seq in seqs if (conversation, seq) not in self._failed)
            if wanted and not self._stopping.is_set() and self._may_be_over(conversation, wanted, ended.get(conversation, 0)):
                done += self._seen_to_all(conversation, wanted)
        return done

    def _sweep(self) -> None:
        days = self._writers.house().settings.keep_days
        if not days or self._clock() - self._swept_at < SWEEP_S:
            return
        self._swept_at = self._clock()
        try:
            if gone := self._kept.expire(days):
                log.info("documents of %d sessions were deleted, %g days after they were written", gone, days)
        except OSError as fault:  # tried again at the next look; calls and leads must not wait for it
            log.warning("documents in %s that are too old cannot be deleted: %s", self._kept.folder, fault.strerror)

    def _seen_to_all(self, conversation: str, seqs: tuple[int, ...]) -> int:
        try:
            return sum(self._seen_to(session) for session in self._over(conversation, seqs))
        except StoreError as fault:
            self._store.check()  # raises where nothing can be read or written now
            log.error("a conversation cannot be read, no documents are written of it: %s", fault)
        except Exception:  # whatever one conversation runs into must not keep the others from being seen to
            log.exception("the documents of a conversation could not be written")
        self._failed |= {(conversation, seq) for seq in seqs}
        return 0

    def _may_be_over(self, conversation: str, seqs: tuple[int, ...], ended: int) -> bool:
        """Whether reading the conversation is worth it: one of these sessions ended (the last end is event number `ended`), fell
        silent, or was followed by another."""
        end = self._store.last(conversation)
        return end is not None and (len(seqs) > 1 or ended > seqs[0] or self._clock() - end.at > self._idle_s())

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
            self._append(session.conversation, SessionEnded(IDLE), session.last, held=True)
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
                self._append(session.conversation, message, stored.seq, held=_is_open(stored.events))
            except OvertakenError:
                continue  # another session of this conversation has begun, or another process was faster
            return

    def _append(self, conversation: str, event: Event, after: int, held: bool) -> None:
        """Whoever is talking is `held` to the version of the bot that his last event is marked with; who comes back is free."""
        end = self._store.last(conversation)
        self._store.append(conversation, [event], end.version if held and end is not None else "", after=after)

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


def _is_open(events: Sequence[Event]) -> bool:
    """Whether a session is going on at the end of these events."""
    last = next((event for event in reversed(events) if isinstance(event, (SessionStarted, SessionEnded))), None)
    return isinstance(last, SessionStarted)
