"""Saved files become versions of a bot that talks; conversations stay with the one they began with."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.bot_models import model_folder, train_into
from deploy.versions.archive import VersionsError
from deploy.versions.folder import QUIET_S
from deploy.versions.held import IDLE_S
from deploy.versions.live import RETRY_S as RETRY_OPENING_S
from deploy.versions.opening import open_live
from deploy.versions.reloading import RETRY_S, Reloader
from dialogue.actions.remote import HttpPost
from dialogue.bot_files import load_bot
from tests.deploy.versions.small_bot import change, write

HOURS = """
version: "3.1"
intents: [hours]
responses:
  utter_hours: [{text: 九点开门}]
nlu:
- intent: hours
  examples: |
    - 你们几点开门
    - 周末开不开门
    - 晚上几点关门
    - 营业到几点
    - 节假日营业吗
rules:
- rule: hours
  steps: [{intent: hours}, {action: utter_hours}]
"""
TRAINS_WITHIN_S = 100.0


class Clock:
    """The reloader's looks in virtual time."""

    def __init__(self) -> None:
        self.looked_at = time.monotonic()

    def look_twice(self, reloader: Reloader) -> None:
        """See a change, and find it through."""
        for _ in range(2):
            self.looked_at += 10 * QUIET_S
            reloader.look(self.looked_at)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def reloader(folder: Path) -> Iterator[Reloader]:
    opened = open_live(folder)
    yield opened
    opened.close()
    opened.live.close()


def answers(reloader: Reloader, conversation: str, text: str) -> str:
    return reloader.live.turn(conversation, text).text


def numbers(reloader: Reloader) -> list[int]:
    return [version.number for version in reloader.live.archive.versions()]


def marked(reloader: Reloader, conversation: str) -> str:
    """The version that the last events of a conversation are marked with."""
    end = reloader.live.store.last(conversation)
    assert end is not None
    return end.version


def test_a_saved_answer_is_heard_by_new_conversations_and_not_by_those_in_progress(
    reloader: Reloader, folder: Path, clock: Clock
) -> None:
    assert answers(reloader, "begun", "/price") == "一百元"
    change(folder / "domain.yml", "一百元", "两百元")
    clock.look_twice(reloader)

    assert numbers(reloader) == [2, 1]
    assert answers(reloader, "begun", "/price") == "一百元"
    assert answers(reloader, "new", "/price") == "两百元"
    assert [marked(reloader, name) for name in ("begun", "new")] == [
        version.id for version in reversed(reloader.live.archive.versions())
    ]


def test_all_files_of_a_save_take_effect_together(reloader: Reloader, folder: Path, clock: Clock) -> None:
    write(folder, {"data/hours.yml": HOURS})
    clock.look_twice(reloader)

    assert reloader.live.current.opened.waits_for_training
    assert answers(reloader, "new", "你们几点开门啊") == "九点开门"


def test_the_full_training_goes_on_beside_and_becomes_a_further_version(reloader: Reloader, folder: Path, clock: Clock) -> None:
    write(folder, {"data/hours.yml": HOURS})
    clock.look_twice(reloader)
    assert reloader.training is not None
    answers(reloader, "begun", "你们几点开门啊")
    stand_in = marked(reloader, "begun")
    reloader.training.wait(TRAINS_WITHIN_S)
    reloader.look(clock.looked_at)

    latest = reloader.live.archive.latest()
    assert reloader.training_fault == ""
    assert latest is not None
    assert (latest.number, latest.origin, latest.id) == (3, "trained", load_bot(folder).version)
    assert answers(reloader, "new", "你们几点开门啊") == "九点开门"
    answers(reloader, "begun", "你们几点开门啊")
    assert (marked(reloader, "begun"), marked(reloader, "new")) == (stand_in, latest.id)


def test_a_training_that_found_other_files_than_it_was_to_is_begun_anew(reloader: Reloader, folder: Path, clock: Clock) -> None:
    write(folder, {"data/hours.yml": HOURS})
    clock.look_twice(reloader)
    change(folder / "domain.yml", "一百元", "两百元")
    clock.look_twice(reloader)
    while reloader.training is not None:
        reloader.training.wait(TRAINS_WITHIN_S)
        reloader.look(clock.looked_at)

    assert not reloader.live.current.opened.waits_for_training


def test_a_training_that_failed_over_a_faulty_file_is_begun_anew_when_that_is_put_right(
    reloader: Reloader, folder: Path, clock: Clock
) -> None:
    write(folder, {"data/hours.yml": HOURS})
    clock.look_twice(reloader)
    write(folder, {"data/more.yml": "rules: ["})
    assert reloader.training is not None
    reloader.training.wait(TRAINS_WITHIN_S)
    clock.look_twice(reloader)
    (folder / "data" / "more.yml").unlink()
    clock.look_twice(reloader)
    while reloader.training is not None:
        reloader.training.wait(TRAINS_WITHIN_S)
        reloader.look(clock.looked_at)

    assert not reloader.live.current.opened.waits_for_training


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that is there but cannot be read")
def test_a_file_that_cannot_be_read_is_told(reloader: Reloader, folder: Path, clock: Clock) -> None:
    (folder / "data" / "locked.yml").symlink_to("/proc/self/mem")
    clock.look_twice(reloader)

    assert reloader.refused is not None
    assert "cannot be read" in reloader.refused.faults[0]


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that is there but cannot be read")
def test_nothing_is_put_back_over_files_that_cannot_be_read(reloader: Reloader, folder: Path) -> None:
    (folder / "data" / "locked.yml").symlink_to("/proc/self/mem")
    with pytest.raises(VersionsError, match=r"cannot be read \(.*nothing was put back"):
        reloader.roll_back(1)


def test_a_faulty_file_changes_nothing_and_says_why(reloader: Reloader, folder: Path, clock: Clock) -> None:
    write(folder, {"data/hours.yml": HOURS.replace("action: utter_hours", "action: utter_ours")})
    change(folder / "domain.yml", "一百元", "两百元")
    clock.look_twice(reloader)

    assert numbers(reloader) == [1]
    assert answers(reloader, "new", "/price") == "一百元"
    assert reloader.refused is not None
    assert "data/hours.yml:16" in reloader.refused.faults[0]
    assert "utter_ours" in reloader.refused.faults[0]

    change(folder / "data" / "hours.yml", "utter_ours", "utter_hours")
    clock.look_twice(reloader)
    assert reloader.refused is None
    assert answers(reloader, "newer", "/price") == "两百元"


def test_a_file_taken_back_clears_the_fault(reloader: Reloader, folder: Path, clock: Clock) -> None:
    write(folder, {"data/more.yml": "rules: ["})
    clock.look_twice(reloader)
    assert reloader.refused is not None
    (folder / "data" / "more.yml").unlink()
    clock.look_twice(reloader)
    assert reloader.refused is None
    assert numbers(reloader) == [1]


def test_a_folder_that_is_gone_stops_nothing(reloader: Reloader, folder: Path, clock: Clock) -> None:
    (folder / "domain.yml").rename(folder / "domain.yml.away")
    clock.look_twice(reloader)
    assert reloader.refused is not None
    assert answers(reloader, "new", "/price") == "一百元"


def test_a_version_can_be_brought_back_while_the_bot_talks(reloader: Reloader, folder: Path, clock: Clock) -> None:
    before = (folder / "domain.yml").read_text(encoding="utf-8")
    change(folder / "domain.yml", "一百元", "两百元")
    clock.look_twice(reloader)
    answers(reloader, "begun", "/price")

    version = reloader.roll_back(1)
    assert (version.number, version.origin) == (3, "rollback to 1")
    assert (folder / "domain.yml").read_text(encoding="utf-8") == before
    assert answers(reloader, "new", "/price") == "一百元"
    assert answers(reloader, "begun", "/price") == "两百元"
    clock.look_twice(reloader)
    assert numbers(reloader) == [3, 2, 1]


def test_files_that_a_rollback_replaces_can_be_brought_back_too(reloader: Reloader, folder: Path) -> None:
    write(folder, {"data/more.yml": "rules: ["})
    reloader.roll_back(1)
    assert not (folder / "data" / "more.yml").exists()
    assert [version.origin for version in reloader.live.archive.versions()] == ["set aside", "start"]
    with pytest.raises(VersionsError, match=r"data/more\.yml"):
        reloader.roll_back(2)
    assert answers(reloader, "new", "/price") == "一百元"


def test_a_conversation_in_progress_finds_its_version_again_after_a_restart(folder: Path) -> None:
    first = open_live(folder)
    answers(first, "begun", "/price")
    first.close()
    first.live.close()
    change(folder / "domain.yml", "一百元", "两百元")

    again = open_live(folder)
    assert answers(again, "new", "/price") == "两百元"
    assert answers(again, "begun", "/price") == "一百元"
    assert [one.version.number for one in again.live.loaded()] == [2, 1]
    again.close()
    again.live.close()


def test_a_version_whose_model_was_not_there_just_then_is_tried_again(folder: Path) -> None:
    now = [1e9]
    first = open_live(folder, clock=lambda: now[0])
    answers(first, "begun", "/price")
    answers(first, "other", "/price")
    first.close()
    first.live.close()
    change(folder / "domain.yml", "一百元", "两百元")

    again = open_live(folder, clock=lambda: now[0])
    models = model_folder(load_bot(folder)).parent
    away = models.rename(models.with_name("away"))
    assert answers(again, "begun", "/price") == "两百元"
    assert [one.version.number for one in again.live.loaded()] == [2]
    away.rename(models)
    now[0] += RETRY_OPENING_S
    assert answers(again, "other", "/price") == "一百元"
    assert [one.version.number for one in again.live.loaded()] == [2, 1]
    again.close()
    again.live.close()


def test_a_start_with_faulty_files_goes_on_with_the_newest_version_that_ran(folder: Path, clock: Clock) -> None:
    first = open_live(folder)
    first.close()
    first.live.close()
    change(folder / "domain.yml", "intents:", "intnets:")
    told: list[str] = []

    again = open_live(folder, progress=told.append)
    assert "version 1 runs on until this is put right" in told[0]
    assert again.refused is not None
    assert answers(again, "new", "/price") == "一百元"
    change(folder / "domain.yml", "intnets:", "intents:")
    clock.look_twice(again)
    assert again.refused is None
    again.close()
    again.live.close()


def test_a_version_is_let_go_when_its_conversations_have_ended(reloader: Reloader, folder: Path, clock: Clock) -> None:
    answers(reloader, "begun", "/price")
    answers(reloader, "other", "/price")
    change(folder / "domain.yml", "一百元", "两百元")
    clock.look_twice(reloader)
    assert [one.version.number for one in reloader.live.loaded()] == [2, 1]
    reloader.live.end("begun", "hangup")
    assert [one.version.number for one in reloader.live.loaded()] == [2, 1]
    reloader.live.end("other", "hangup")
    assert [one.version.number for one in reloader.live.loaded()] == [2]
    assert answers(reloader, "begun", "/price") == "两百元"


def test_a_version_lets_go_of_its_action_server_unless_another_one_has_it_too(folder: Path, clock: Clock) -> None:
    (folder / "endpoints.yml").write_text("action_endpoint: {url: http://127.0.0.1:9/webhook}\n", encoding="utf-8")
    reloader = open_live(folder)
    posts = [post_of(reloader)]
    write(folder, {"data/hours.yml": HOURS})
    clock.look_twice(reloader)
    posts.append(post_of(reloader))
    assert [is_closed(post) for post in posts] == [True, False]

    answers(reloader, "begun", "/hours")
    assert reloader.training is not None
    reloader.training.wait(TRAINS_WITHIN_S)
    reloader.look(clock.looked_at)
    assert post_of(reloader) is posts[1]
    reloader.live.end("begun", "hangup")
    assert not is_closed(posts[1]), "the trained version has the same one"
    reloader.close()
    reloader.live.close()
    assert is_closed(posts[1])


def post_of(reloader: Reloader) -> HttpPost:
    server = reloader.live.current.opened.parts.server
    assert server is not None
    assert isinstance(server.post, HttpPost)
    return server.post


def is_closed(post: HttpPost) -> bool:
    return post._client.is_closed


def test_a_conversation_that_was_silent_for_long_takes_the_newest_version(folder: Path, clock: Clock) -> None:
    change(folder / "domain.yml", 'version: "3.1"', 'version: "3.1"\nsession_config: {session_expiration_time: 0}')
    now = [1e9]
    reloader = open_live(folder, clock=lambda: now[0])
    answers(reloader, "begun", "/price")
    change(folder / "domain.yml", "一百元", "两百元")
    clock.look_twice(reloader)
    now[0] += IDLE_S - 1
    assert answers(reloader, "begun", "/price") == "一百元"
    now[0] += IDLE_S + 1
    assert answers(reloader, "begun", "/price") == "两百元"
    reloader.close()
    reloader.live.close()


def test_sound_files_that_cannot_be_kept_are_tried_again(reloader: Reloader, folder: Path, clock: Clock) -> None:
    objects = reloader.live.archive.folder / "objects"
    shutil.move(objects, objects.with_name("away"))
    objects.write_text("no room")
    change(folder / "domain.yml", "一百元", "两百元")
    clock.look_twice(reloader)
    assert reloader.refused is not None
    assert reloader.refused.sound
    assert answers(reloader, "new", "/price") == "一百元"

    objects.unlink()
    shutil.move(objects.with_name("away"), objects)
    clock.looked_at += RETRY_S
    clock.look_twice(reloader)
    assert reloader.refused is None
    assert answers(reloader, "newer", "/price") == "两百元"


def test_a_trained_version_that_cannot_be_kept_is_tried_again(reloader: Reloader, folder: Path, clock: Clock) -> None:
    write(folder, {"data/hours.yml": HOURS})
    clock.look_twice(reloader)
    assert reloader.training is not None
    reloader.training.wait(TRAINS_WITHIN_S)
    objects = reloader.live.archive.folder / "objects"
    shutil.move(objects, objects.with_name("away"))
    objects.write_text("no room")
    reloader.look(clock.looked_at)
    assert "cannot be kept" in reloader.training_fault
    assert reloader.live.current.opened.waits_for_training

    objects.unlink()
    shutil.move(objects.with_name("away"), objects)
    clock.looked_at += RETRY_S
    clock.look_twice(reloader)
    assert not reloader.live.current.opened.waits_for_training
    assert (reloader.training_fault, reloader.training) == ("", None)


def test_a_model_trained_elsewhere_meanwhile_needs_no_further_training(reloader: Reloader, folder: Path, clock: Clock) -> None:
    write(folder, {"data/hours.yml": HOURS})
    bot = load_bot(folder)
    train_into(bot, model_folder(bot))
    clock.look_twice(reloader)
    assert reloader.training is None
    assert not reloader.live.current.opened.waits_for_training
