"""Conversations taken out of the store, and what is left of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from dialogue.after_call.kept import Kept
from dialogue.after_call.session import stored_sessions
from dialogue.bot_files import Bot
from dialogue.bot_settings import StoreSettings
from dialogue.events import Event, HandedOver, LeadRecorded, MessageQueued, ReminderScheduled, SessionEnded, SessionStarted
from dialogue.forgetting import DAY_S, Forgetting, GoneDay
from dialogue.outbox import Outbox
from dialogue.retention import Retention, forget
from dialogue.store import EventStore
from tests.dialogue.after_call.talks import sample
from tests.dialogue.said import said
from tests.stores import KINDS, store_of

NOON = 1_790_000_000.0
PHONE = "13800001111"


class Clock:
    now = NOON

    def __call__(self) -> float:
        return self.now

    def pass_days(self, days: float) -> None:
        self.now += days * DAY_S


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[EventStore]:
    for url in store_of(request.param, tmp_path):
        opened = EventStore(url, clock)
        yield opened
        opened.close()


def call(*more: Event) -> list[Event]:
    return [SessionStarted("voice"), said(f"我电话{PHONE}", "contact"), *more, SessionEnded("hang_up")]


def bot_keeping(days: float, folder: Path) -> Bot:
    bot = sample()
    return replace(bot, folder=folder, settings=replace(bot.settings, store=StoreSettings(keep_days=days)))


def test_what_is_older_than_the_setting_goes_and_its_figures_stay(store: EventStore, clock: Clock, tmp_path: Path) -> None:
    store.append("old", call(LeadRecorded({"phone": PHONE}), HandedOver("asked")))
    clock.pass_days(40)
    store.append("new", call())
    clock.pass_days(60)
    retention = Retention(lambda: bot_keeping(90.0, tmp_path), store, clock)
    assert retention.round() == 1
    assert [one.conversation for one in store.conversations()] == ["new"]
    assert store.leads() == ()
    assert Forgetting(store, clock).days() == (GoneDay("2026-09-21", 1, 1, 1, 1),)
    assert retention.round() == 0
    clock.pass_days(31)
    assert retention.round() == 1
    assert store.conversations() == ()


def test_without_the_setting_everything_is_kept(store: EventStore, clock: Clock, tmp_path: Path) -> None:
    store.append("old", call())
    clock.pass_days(4000)
    assert Retention(lambda: bot_keeping(0.0, tmp_path), store, clock).round() == 0


def test_who_comes_back_is_kept_from_the_last_word(store: EventStore, clock: Clock) -> None:
    store.append("c", call())
    clock.pass_days(80)
    store.append("c", call())
    clock.pass_days(80)
    forgetting = Forgetting(store, clock)
    assert forgetting.too_old(90) == ()
    assert not forgetting.forget("c", idle_days=90)
    clock.pass_days(11)
    assert forgetting.too_old(90) == ("c",)


def test_what_waits_for_its_receiver_or_for_a_reminder_stays(store: EventStore, clock: Clock) -> None:
    outbox = Outbox(store, clock)
    store.append("sent", call(MessageQueued("k1", "crm", {"phone": PHONE})))
    store.append("reminded", [SessionStarted("rest"), ReminderScheduled("2030-01-01T00:00:00+00:00", "call_back", "r")])
    store.append("plain", call())
    outbox.collect()
    clock.pass_days(100)
    forgetting = Forgetting(store, clock)
    assert forgetting.too_old(90) == ("plain",)
    (letter,) = outbox.letters(["waiting"])
    outbox.delivered(letter, 200)
    assert set(forgetting.too_old(90)) == {"plain", "sent"}
    assert forgetting.forget("sent")
    assert outbox.counts() == {"delivered": 1}
    assert all(letter.conversation != "sent" for letter in outbox.letters(["delivered"]))


def test_documents_go_with_their_conversation_and_the_score_stays_without_its_name(
    store: EventStore, clock: Clock, tmp_path: Path
) -> None:
    bot = bot_keeping(90.0, tmp_path)
    kept = Kept(store, tmp_path / ".xiangyin" / "documents", clock=clock)
    store.append(PHONE, call())
    (session,) = stored_sessions(store, PHONE, bot.domain)
    place = kept.place(session)
    place.mkdir(parents=True)
    (place / "summary.md").write_text("客户要4核的云服务器", encoding="utf-8")
    kept.note(session, 62.0, "warm")
    assert forget(bot, store, PHONE, clock=clock)
    assert not place.exists()
    (seen,) = kept.seen()
    assert (seen.score, seen.grade, seen.reference) == (62.0, "warm", "")
    assert PHONE not in repr(seen)
    assert not forget(bot, store, PHONE, clock=clock)


def test_a_callers_conversations_are_found_by_a_number(store: EventStore, clock: Clock) -> None:
    store.append("a", call())
    store.append("b", [SessionStarted("rest"), said("一年多少钱", "price_inquiry")])
    store.append(PHONE, [SessionStarted("rest")])
    forgetting = Forgetting(store, clock)
    assert set(forgetting.holding(PHONE)) == {"a", PHONE}
    assert forgetting.holding("1380%") == ()


def test_nothing_deleted_can_be_read_from_the_file(tmp_path: Path) -> None:
    file = tmp_path / "c.sqlite"
    store = EventStore(f"sqlite:///{file}")
    store.append("a", call())
    assert Forgetting(store).forget("a")
    with store.transaction() as connection:
        rows = connection.execute(sa.text("select count(*) from events")).scalar()
    store.close()  # the last one to close writes the log back into the file
    left = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert rows == 0
    assert PHONE.encode() not in left
