"""What conversations came to, read from their events once they are over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import pytest

from dialogue.adapters.adapter import Trial
from dialogue.adapters.outcomes import Outcomes, Spell, outcome_of, spells
from dialogue.adapters.settings import AdapterSettings, TrialSettings
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

NEW, OLD = AdapterChosen("sales", "v1.3-sales", "trial", "t1"), AdapterChosen("sales", "v1.2-sales", "live", "t1")
BEFORE = AdapterChosen("sales", "v1.2-sales", "live")
TRIAL = Trial("t1", "sales", "v1.3-sales", "v1.2-sales", 10.0, "salt", 5000.0)


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(url: str, clock: Clock) -> Iterator[EventStore]:
    with closing(EventStore(url, clock)) as opened:
        yield opened


@pytest.fixture
def outcomes(store: EventStore, clock: Clock) -> Outcomes:
    return Outcomes(store, AdapterSettings("north", trial=TrialSettings(quiet_s=600.0)), clock)


def spell(*events: Event) -> Spell:
    return Spell(1, NEW, events, over=True)


def test_a_conversation_is_measured_by_its_events() -> None:
    found = outcome_of(
        spell(
            AdapterReplied("v1.3-sales", 300.0, "", 0.9),
            ReplyBlocked("promise", "全额赔付"),
            AdapterReplied("v1.3-sales", 500.0, "", 1.0),
            AdapterReplied("v1.3-sales", 1500.0, "late"),
            SlotSet("satisfaction", 2),
            SlotSet("satisfaction", 4),
            LeadRecorded({"phone": "13800000000"}),
            HandedOver("asked for"),
        )
    )
    assert found.trial
    assert found.replies == 3
    assert found.values == {
        "hand_over": 1.0,
        "guard": 1.0,
        "error": 1.0,
        "latency_ms": 400.0,
        "style": 0.95,
        "satisfaction": 4.0,
        "conversion": 1.0,
    }


def test_what_was_not_measured_is_not_made_up() -> None:
    values = outcome_of(spell(SlotSet("satisfaction", "很好"), SlotSet("satisfaction", 9), SlotSet("satisfaction", True))).values
    assert {name for name, value in values.items() if value is None} == {
        "guard",
        "error",
        "latency_ms",
        "style",
        "satisfaction",
    }


def test_a_conversation_is_cut_where_another_adapter_takes_over_and_where_sessions_end() -> None:
    events = (SessionStarted(), NEW, HandedOver("x"), OLD, SessionEnded("hangup"), SessionStarted(), BEFORE)
    assert [(one.seq, one.chosen, len(one.events), one.over) for one in spells(events)] == [
        (2, NEW, 1, True),
        (4, OLD, 0, True),
        (7, BEFORE, 0, False),
    ]


def test_conversations_count_once_they_are_over_or_long_silent(store: EventStore, outcomes: Outcomes, clock: Clock) -> None:
    store.append("over", [SessionStarted(), NEW, HandedOver("x"), SessionEnded("hangup")])
    store.append("open", [SessionStarted(), OLD])
    assert outcomes.collect() == 1
    assert outcomes.collect() == 0
    store.append("open", [LeadRecorded({})])
    clock.now += 601.0
    assert outcomes.collect() == 1
    assert [(one.trial, one.values["hand_over"], one.values["conversion"]) for one in outcomes.of_trial(TRIAL)] == [
        (True, 1.0, 0.0),
        (False, 0.0, 1.0),
    ]
    assert outcomes.count(TRIAL) == 2


def test_two_processes_note_a_conversation_once(store: EventStore, outcomes: Outcomes, clock: Clock) -> None:
    other = Outcomes(store, AdapterSettings("north"), clock)
    store.append("a", [SessionStarted(), NEW, SessionEnded("hangup")])
    (found,) = other._open().items()
    assert outcomes.collect() == 1
    assert other._noted(*found) == 0
    assert outcomes.count(TRIAL) == 1


def test_what_the_version_in_use_did_before_counts_for_some_weeks(store: EventStore, outcomes: Outcomes, clock: Clock) -> None:
    day = 24 * 3600.0
    for number, at in enumerate((0.0, 20 * day, 27 * day, 40 * day)):
        clock.now = at + 1.0
        store.append(f"c{number}", [SessionStarted(), BEFORE, SessionEnded("hangup")])
        outcomes.collect()
    trial = Trial("t1", "sales", "v1.3-sales", "v1.2-sales", 10.0, "salt", 30 * day)
    assert len(outcomes.before(trial)) == 2
    short = Outcomes(store, AdapterSettings("north", trial=TrialSettings(history=1)), clock)
    assert len(short.before(trial)) == 1


def test_outcomes_are_a_tenants_own(store: EventStore, outcomes: Outcomes, clock: Clock) -> None:
    store.append("a", [SessionStarted(), NEW, SessionEnded("hangup")])
    outcomes.collect()
    assert Outcomes(store, AdapterSettings("south"), clock).of_trial(TRIAL) == ()
