"""Conversations that are over are seen to: once, whoever looks, and whatever is killed."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from dialogue.after_call.kept import Kept
from dialogue.after_call.settings import AfterCallSettings, LeadSettings
from dialogue.after_call.worker import AfterCalls
from dialogue.after_call.writers import Writers
from dialogue.bot_files import Bot
from dialogue.events import MessageQueued, ReminderScheduled, SessionEnded
from dialogue.outbox import Outbox, WebhookSettings
from dialogue.outbox.courier import Courier
from dialogue.outbox.sending import HttpSender
from tests.dialogue.after_call.talks import BUYER, GRUMBLER, Talk, sample
from tests.dialogue.outbox.receiver import receiving
from tests.stores import KINDS, store_of

NOON = 1_795_000_000.0
DAY_S = 24 * 3600.0


@dataclass
class Clock:
    now: float = NOON

    def __call__(self) -> float:
        return self.now


@dataclass
class Desk:
    """A bot that sends leads to 'crm', its folder, and a clock that stands still."""

    talk: Talk
    bot: Bot
    clock: Clock
    folder: Path

    def look(self) -> AfterCalls:
        kept = Kept(self.talk.bot.store, self.folder, "north", self.clock)
        kept.open()
        return AfterCalls(self.talk.bot.store, kept, Writers(lambda: self.bot), self.clock)

    def queued(self, conversation: str) -> list[MessageQueued]:
        return [event for event in self.talk.bot.events(conversation) if isinstance(event, MessageQueued)]

    def keep(self, days: float) -> None:
        own = replace(self.bot.settings.after_call or AfterCallSettings(), keep_days=days)
        self.bot = replace(self.bot, settings=replace(self.bot.settings, after_call=own))

    def written_at(self, at: float) -> None:
        """All documents were written at this time of the desk's clock."""
        for path in self.folder.rglob("*"):
            os.utime(path, (at, at))

    def files(self) -> list[str]:
        return sorted(path.name for path in self.folder.rglob("*") if path.is_file())


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    yield from store_of(request.param, tmp_path)


@pytest.fixture
def desk(url: str, tmp_path: Path) -> Iterator[Desk]:
    clock = Clock()
    own = AfterCallSettings(lead=LeadSettings(to="crm"), documents={}, without=("requirements",))
    bot = replace(sample(), settings=replace(sample().settings, after_call=own))
    desk = Desk(Talk(url, bot, clock), bot, clock, tmp_path / "documents")
    desk.look()  # sees to what begins from now on
    yield desk
    desk.talk.bot.close()


def test_a_call_that_was_hung_up_is_written_up_and_its_lead_queued_once(desk: Desk) -> None:
    desk.talk.say("wang", BUYER, "hang_up")
    assert desk.look().round() == 1
    assert desk.files() == ["lead.json", "proposal.html", "proposal.md", "summary.html", "summary.md"]
    assert desk.look().round() == 0
    assert [message.to for message in desk.queued("wang")] == ["crm"]
    end = desk.talk.bot.store.last("wang")
    assert end is not None
    assert end.version == ""  # who comes back talks to the newest version


def test_a_call_that_the_bot_ended_itself_is_over(desk: Desk) -> None:
    """What the bot does after its goodbye is recorded behind the end."""
    desk.talk.say("wang", (*BUYER, ("再见", "goodbye")))
    assert desk.look().round() == 1
    assert "道别" in next(desk.folder.rglob("summary.md")).read_text("utf-8")


def test_a_worker_that_is_killed_after_queueing_queues_nothing_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.talk.say("wang", BUYER, "hang_up")
    with monkeypatch.context() as killed:
        killed.setattr(Kept, "note", lambda *_: False)
        desk.look().round()
    assert desk.look().round() == 1
    assert len(desk.queued("wang")) == 1


def test_a_conversation_that_goes_on_waits_and_one_that_fell_silent_is_ended(desk: Desk) -> None:
    desk.talk.say("wang", BUYER)
    assert desk.look().round() == 0
    desk.clock.now += 61 * 60
    assert desk.look().round() == 1
    events = desk.talk.bot.events("wang")
    assert [event.reason for event in events if isinstance(event, SessionEnded)] == ["idle"]
    desk.talk.say("wang", GRUMBLER, "hang_up")
    assert desk.look().round() == 1
    keys = [message.key for message in desk.queued("wang")]
    assert len(keys) == len(set(keys)) == 2


def test_a_silent_conversation_that_waits_for_a_reminder_is_left_open(desk: Desk) -> None:
    desk.talk.say("wang", BUYER)
    store = desk.talk.bot.store
    store.append("wang", [ReminderScheduled("greet", "2100-01-01T09:00:00")])
    desk.clock.now += 61 * 60
    assert desk.look().round() == 0


def test_what_began_before_is_left_alone(tmp_path: Path) -> None:
    clock = Clock()
    talk = Talk(f"sqlite:///{tmp_path}/store.sqlite", sample(), clock)
    talk.say("wang", BUYER, "hang_up")
    clock.now += 10
    desk = Desk(talk, sample(), clock, tmp_path)
    assert desk.look().round() == 0
    talk.bot.close()


def test_a_folder_that_cannot_be_written_keeps_no_lead_back(desk: Desk) -> None:
    desk.folder.parent.mkdir(exist_ok=True)
    desk.folder.write_text("a file where the folder should be", "utf-8")
    desk.talk.say("wang", BUYER, "hang_up")
    assert desk.look().round() == 1
    assert len(desk.queued("wang")) == 1


def test_the_crm_gets_each_lead_once_though_it_refuses_at_first(desk: Desk) -> None:
    desk.talk.say("wang", BUYER, "hang_up")
    desk.look().round()
    with receiving(503, 200) as crm:
        webhooks = {"crm": WebhookSettings(crm.url, first_pause_s=1.0)}
        courier = Courier(Outbox(desk.talk.bot.store, desk.clock), lambda: webhooks, HttpSender(), desk.clock)
        for _ in range(4):
            courier.round()
            desk.look().round()
            desk.clock.now += 60
        courier.close()
    assert len({headers["idempotency-key"] for headers, _ in crm.asked}) == 1
    assert len(crm.asked) == 2
    body = json.loads(crm.asked[-1][1])
    assert (body["action"], body["data"]["phone"], body["grade"]) == ("after_call", "13800001234", "高意向")


def test_erasing_a_conversation_deletes_its_documents_and_no_others(desk: Desk) -> None:
    desk.talk.say("wang", BUYER, "hang_up")
    desk.talk.say("li", GRUMBLER, "hang_up")
    desk.look().round()
    kept = Kept(desk.talk.bot.store, desk.folder, "north", desk.clock)
    assert kept.erase("wang", desk.bot.domain) == 1
    left = "".join(path.read_text("utf-8") for path in desk.folder.rglob("*.md"))
    assert "王丽华" not in left
    assert "你们这效率真是够了" in left
    assert kept.erase("nobody", desk.bot.domain) == 0


def test_documents_of_two_tenants_lie_apart_though_their_conversations_have_one_name(desk: Desk, tmp_path: Path) -> None:
    other = Talk(f"sqlite:///{tmp_path}/other.sqlite", desk.bot, desk.clock)
    south = Kept(other.bot.store, desk.folder, "south", desk.clock)
    south.open()
    desk.talk.say("call-1", BUYER, "hang_up")
    other.say("call-1", GRUMBLER, "hang_up")
    desk.look().round()
    AfterCalls(other.bot.store, south, Writers(lambda: desk.bot), desk.clock).round()
    texts = {name: "".join(path.read_text("utf-8") for path in (desk.folder / name).rglob("*.md")) for name in ("north", "south")}
    assert "王丽华" in texts["north"]
    assert "王丽华" not in texts["south"]
    assert south.erase("call-1", desk.bot.domain) == 1
    assert any((desk.folder / "north").rglob("*.md"))
    other.bot.close()


def test_names_of_folders_tell_nothing_of_the_caller(desk: Desk) -> None:
    conversation = "../../13800001234"
    desk.talk.say(conversation, BUYER, "hang_up")
    desk.look().round()
    places = [path for path in desk.folder.rglob("*") if path.is_dir()]
    assert all("1380" not in path.name for path in places)
    assert len(places) == 2


def test_documents_are_deleted_after_the_days_that_they_are_kept_and_not_written_anew(desk: Desk) -> None:
    desk.keep(days=30)
    desk.talk.say("wang", BUYER, "hang_up")
    desk.look().round()
    (desk.folder / "north" / "notes of our own").mkdir()
    desk.written_at(NOON)

    desk.clock.now = NOON + 29 * DAY_S
    worker = desk.look()
    worker.round()
    assert "summary.md" in desk.files()

    desk.clock.now = NOON + 31 * DAY_S
    assert worker.round() == 0
    assert desk.files() == []
    assert [path.name for path in (desk.folder / "north").iterdir()] == ["notes of our own"]
    assert worker.round() == 0


def test_without_such_a_setting_documents_are_kept(desk: Desk) -> None:
    desk.talk.say("wang", BUYER, "hang_up")
    desk.look().round()
    desk.written_at(NOON)
    desk.clock.now = NOON + 4000 * DAY_S
    desk.look().round()
    assert "summary.md" in desk.files()
