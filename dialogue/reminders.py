"""Reminders that an action asked for (Rasa's ReminderScheduled): an intent taken as heard when its time has come."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from dialogue.events import Event, ReminderCancelled, ReminderScheduled, Restarted, SessionEnded, UserUttered

REMINDED = "reminder"
"""The key in an utterance's metadata by which it is known to be a reminder, and not the customer's own words."""


def pending(events: Iterable[Event]) -> tuple[ReminderScheduled, ...]:
    """The reminders still to come, in the order in which they were asked for; a second one of a name replaces the first."""
    waiting: dict[str, ReminderScheduled] = {}
    for event in events:
        match event:
            case ReminderScheduled():
                waiting[known_as(event)] = event
            case ReminderCancelled(name, intent):
                waiting = {key: one for key, one in waiting.items() if not _is_meant(one, name, intent)}
            case UserUttered(metadata=told) if REMINDED not in told:
                waiting = {key: one for key, one in waiting.items() if not one.cancelled_by_words}
            case Restarted() | SessionEnded():
                waiting = {}
            case _:
                pass
    return tuple(waiting.values())


def known_as(reminder: ReminderScheduled) -> str:
    """The name; one without is known by its intent."""
    return reminder.name or reminder.intent


def due_at(reminder: ReminderScheduled) -> float:
    """Seconds since 1970; a time without a zone is this machine's. Raises ValueError for one that is no time."""
    return datetime.fromisoformat(reminder.at).timestamp()


def payload(reminder: ReminderScheduled) -> str:
    """The reminder as a message that names its intent."""
    given = reminder.entities or {}
    if not isinstance(given, Mapping):
        given = {one["entity"]: one.get("value") for one in given if isinstance(one, Mapping) and "entity" in one}
    return f"/{reminder.intent}{json.dumps(dict(given), ensure_ascii=False) if given else ''}"


def _is_meant(reminder: ReminderScheduled, name: str | None, intent: str | None) -> bool:
    """Whether a cancellation means this one; without a name and an intent it means all."""
    return name in (None, reminder.name) and intent in (None, reminder.intent)
