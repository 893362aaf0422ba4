from __future__ import annotations

import pytest

from dialogue.events import Event, ReminderCancelled, ReminderScheduled, SessionEnded, UserUttered
from dialogue.reminders import REMINDED, due_at, payload, pending
from nlu.understanding import Understanding

CALL = ReminderScheduled("call_back", "2026-11-22T10:00:00+00:00", "call")
LATER = ReminderScheduled("call_back", "2026-11-22T12:00:00", "call")
TEA = ReminderScheduled("tea", "2026-11-22T11:00:00+00:00", "tea", cancelled_by_words=False)


def said(**metadata: str) -> UserUttered:
    return UserUttered("好", Understanding("好"), metadata=metadata)


@pytest.mark.parametrize(
    ("events", "left"),
    [
        ((CALL, TEA), (CALL, TEA)),
        ((CALL, TEA, said()), (TEA,)),
        ((CALL, TEA, said(**{REMINDED: "tea"})), (CALL, TEA)),
        ((CALL, TEA, ReminderCancelled(name="call")), (TEA,)),
        ((CALL, TEA, ReminderCancelled(intent="tea")), (CALL,)),
        ((CALL, TEA, ReminderCancelled()), ()),
        ((CALL, SessionEnded()), ()),
        (
            (CALL, ReminderScheduled("call_back", "2026-11-22T12:00:00", "call")),
            (ReminderScheduled("call_back", "2026-11-22T12:00:00", "call"),),
        ),
    ],
)
def test_what_is_still_to_come(events: tuple[Event, ...], left: tuple[ReminderScheduled, ...]) -> None:
    assert pending(events) == left


def test_a_reminder_is_a_message_that_names_its_intent() -> None:
    assert payload(CALL) == "/call_back"
    assert payload(ReminderScheduled("tea", "", entities=[{"entity": "kind", "value": "绿茶"}])) == '/tea{"kind": "绿茶"}'
    assert payload(ReminderScheduled("tea", "", entities={"kind": "绿茶"})) == '/tea{"kind": "绿茶"}'


def test_a_time_has_a_zone_or_is_this_machines() -> None:
    assert due_at(CALL) == 1795341600.0
    with pytest.raises(ValueError, match="tomorrow"):
        due_at(ReminderScheduled("tea", "tomorrow"))
