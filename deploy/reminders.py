"""Reminders come in a running server: a thread beside the turns, which looks once a second for what is due.

Before a reminder comes it is cancelled in the store, on top of what was read there: of several replicas one succeeds, and a
process that dies in between loses that reminder rather than giving it twice.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from dialogue.event_json import REMINDER
from dialogue.events import ReminderCancelled, ReminderScheduled, UserUttered
from dialogue.reminders import REMINDED, due_at, known_as, payload, pending
from dialogue.reply import Reply
from dialogue.store import EventStore, OvertakenError, StoreError

log = logging.getLogger(__name__)

LOOK_S = 1.0
LOOKED_BACK_S = 60.0
"""Another replica's clock may be behind, and its transaction slow."""
Said = Callable[[str, Reply], None]
"""Who brings a customer what the bot says unasked; called in the thread of the reminders."""


class Reminded(Protocol):
    """What of a bot the reminders need."""

    @property
    def store(self) -> EventStore: ...
    def turn(self, conversation: str, heard: str, channel: str = "rest", metadata: Mapping[str, Any] | None = None) -> Reply: ...


class Reminders:
    """`start` lets a thread look over and over; `round` looks once."""

    def __init__(self, bot: Reminded, said: Said, clock: Callable[[], float] = time.time) -> None:
        self._bot = bot
        self._said = said
        self._clock = clock
        self._seen_at = 0.0
        self._open: set[str] = set()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="reminders", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End after the reminder under way."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def round(self) -> int:
        """Give what is due, one a conversation; how many. Raises StoreError."""
        now = self._clock()
        self._open |= self._bot.store.holding(REMINDER, self._seen_at - LOOKED_BACK_S)
        self._seen_at = now
        return sum(self._given(conversation, now) for conversation in sorted(self._open))

    def _given(self, conversation: str, now: float) -> int:
        stored = self._bot.store.since(conversation, 0)
        waiting = pending(stored.events)
        if not waiting:
            self._open.discard(conversation)
        heard = [event.channel for event in stored.events if isinstance(event, UserUttered)]
        due = next((reminder for reminder in waiting if self._is_due(reminder, now)), None)
        return 0 if due is None else int(self._give(conversation, due, stored.seq, heard[-1] if heard else "rest"))

    def _is_due(self, reminder: ReminderScheduled, now: float) -> bool:
        try:
            return due_at(reminder) <= now
        except ValueError:
            log.warning("a reminder's time cannot be read; it comes at once")
            return True

    def _give(self, conversation: str, reminder: ReminderScheduled, seq: int, channel: str) -> bool:
        end = self._bot.store.last(conversation)
        version = "" if end is None else end.version  # an event without one would let the conversation go to another version
        try:
            cancelled = ReminderCancelled(reminder.name or None, reminder.intent)
            self._bot.store.append(conversation, [cancelled], version, after=seq)
        except OvertakenError:
            return False  # the conversation goes on; the next look shows whether the reminder still stands
        told = {REMINDED: known_as(reminder)}
        self._said(conversation, self._bot.turn(conversation, payload(reminder), channel, told))
        return True

    def _run(self) -> None:
        while not self._stopping.wait(LOOK_S):
            try:
                self.round()
            except StoreError as fault:
                log.warning("reminders wait: %s", fault)
            except Exception:  # whatever a turn runs into must not end the thread, or no reminder came any more
                log.exception("a reminder failed")
