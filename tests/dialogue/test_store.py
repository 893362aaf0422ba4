from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dialogue.events import ActionExecuted, LeadRecorded, SessionStarted, SlotSet
from dialogue.store import EventStore, OvertakenError, StoredEnd, StoreError
from tests.dialogue.said import said as uttered
from tests.stores import KINDS, store_of

ROOT = Path(__file__).parents[2]
TALK = (
    SessionStarted("rest"),
    uttered("几钿", "price_inquiry"),
    SlotSet("cpu_cores", 8, "said", "8核"),
    ActionExecuted("action_quote"),
)

WRITER = """
import sys
from dialogue.events import ActionExecuted, SlotSet
from dialogue.store import EventStore
store = EventStore(sys.argv[1])
sys.stdin.readline()
for number in range(100_000):
    store.append(sys.argv[2], [SlotSet("turn", number), ActionExecuted("action_listen")], "v1")
    print(number, flush=True)
"""


KILLS = 50


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/talks/store.sqlite"


@pytest.fixture(params=KINDS)
def any_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A store of each kind; PostgreSQL's where `make test-services` has started one."""
    yield from store_of(request.param, tmp_path)


@pytest.fixture
def store(url: str) -> Iterator[EventStore]:
    """SQLite's, for what only concerns its file."""
    yield from _opened(url)


@pytest.fixture
def any_store(any_url: str) -> Iterator[EventStore]:
    yield from _opened(any_url)


def _opened(url: str) -> Iterator[EventStore]:
    ticks = iter(range(1_000, 1_000_000))
    opened = EventStore(url, clock=lambda: float(next(ticks)))
    yield opened
    opened.close()


def test_what_was_appended_is_read_back_in_order(any_store: EventStore) -> None:
    any_store.append("a", TALK[:2], "v1")
    any_store.append("b", TALK[:1], "v1")
    any_store.append("a", TALK[2:], "v2")

    assert any_store.events("a") == TALK
    assert any_store.events("b") == TALK[:1]
    assert any_store.events("nobody") == ()


def test_rows_carry_number_type_time_and_version(store: EventStore, tmp_path: Path) -> None:
    store.append("a", TALK[:2], "v1")
    store.append("a", TALK[2:3], "v2")
    store.append("a", ())

    with sqlite3.connect(tmp_path / "talks" / "store.sqlite") as rows:
        found = rows.execute("SELECT conversation, seq, at, type, version FROM events ORDER BY seq").fetchall()
    rows.close()
    assert found == [
        ("a", 1, 1000.0, "session_started", "v1"),
        ("a", 2, 1000.0, "user", "v1"),
        ("a", 3, 1001.0, "slot", "v2"),
    ]


def test_conversations_are_listed_with_the_latest_first(any_store: EventStore) -> None:
    for name in ("a", "b", "a", "c"):
        any_store.append(name, TALK[:2])

    assert [(one.conversation, one.events, one.began_at, one.last_at) for one in any_store.conversations()] == [
        ("c", 2, 1003.0, 1003.0),
        ("a", 4, 1000.0, 1002.0),
        ("b", 2, 1001.0, 1001.0),
    ]
    assert len(any_store.conversations(limit=1)) == 1


def test_the_end_of_a_conversation_tells_when_how_and_under_which_version(any_store: EventStore) -> None:
    any_store.append("a", TALK, "v1")
    any_store.append("a", TALK[:1], "v2")

    assert any_store.last("a") == StoredEnd(1001.0, "session_started", "v2")
    assert any_store.last("nobody") is None


def test_leads_are_found(any_store: EventStore) -> None:
    any_store.append("a", [*TALK, LeadRecorded({"contact_name": "王女士"})])
    any_store.append("b", [LeadRecorded({"contact_name": "李先生"})])

    assert [(one.conversation, one.at, one.lead.fields["contact_name"]) for one in any_store.leads()] == [
        ("a", 1000.0, "王女士"),
        ("b", 1001.0, "李先生"),
    ]


def test_a_store_opens_again(any_url: str) -> None:
    for _ in range(2):
        opened = EventStore(any_url)
        opened.append("a", TALK)
        opened.close()

    again = EventStore(any_url)
    assert again.events("a") == TALK + TALK
    again.close()


def test_each_commit_is_synced_to_the_disk(store: EventStore, tmp_path: Path) -> None:
    with store._engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    with sqlite3.connect(tmp_path / "talks" / "store.sqlite") as rows:
        assert rows.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    rows.close()


def test_threads_may_write_at_once(any_store: EventStore) -> None:
    def write(conversation: str) -> None:
        for number in range(10):
            any_store.append(conversation, [SlotSet("n", number), ActionExecuted("action_listen")])

    threads = [threading.Thread(target=write, args=(name,)) for name in ("a", "b", "same", "same")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [len(any_store.events(name)) for name in ("a", "b", "same")] == [20, 20, 40]


def test_two_stores_on_one_database_take_turns(any_store: EventStore, any_url: str) -> None:
    other = EventStore(any_url)
    for number in range(5):
        any_store.append("a", [SlotSet("n", number)])
        other.append("a", [SlotSet("m", number)])

    assert len(any_store.events("a")) == 10
    other.close()


def test_what_others_added_is_read_from_where_one_stood(any_store: EventStore) -> None:
    seen = any_store.append("a", TALK[:2])
    any_store.append("a", TALK[2:])

    assert seen == 2
    new = any_store.since("a", seen)
    assert (new.events, new.seq, new.at) == (TALK[2:], 4, 1001.0)
    assert any_store.since("a", 4).events == ()
    assert any_store.since("a", 4).seq == 4


def test_what_was_decided_on_an_old_state_is_not_kept(any_store: EventStore, any_url: str) -> None:
    other = EventStore(any_url)
    seen = any_store.append("a", TALK[:2])
    other.append("a", TALK[2:3], after=seen)

    with pytest.raises(OvertakenError):
        any_store.append("a", TALK[2:], after=seen)
    assert any_store.events("a") == TALK[:3]
    other.close()


def test_of_many_replicas_that_saw_the_same_state_one_adds_to_it(any_url: str) -> None:
    stores = [EventStore(any_url) for _ in range(4)]
    start = threading.Barrier(len(stores))
    won: list[int] = []

    def answer(number: int) -> None:
        start.wait()
        try:
            stores[number].append("a", [SlotSet("by", number), ActionExecuted("action_listen")], after=0)
        except OvertakenError:
            return
        won.append(number)

    threads = [threading.Thread(target=answer, args=(number,)) for number in range(len(stores))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(won) == 1
    assert stores[0].events("a") == (SlotSet("by", won[0]), ActionExecuted("action_listen"))
    for store in stores:
        store.close()


@pytest.mark.timeout(600)
def test_nothing_acknowledged_is_lost_when_the_process_is_killed_at_any_moment(any_url: str) -> None:
    store = EventStore(any_url)
    chooser = random.Random(3)
    writer = _writer(any_url, "call-0")
    for kill in range(KILLS):
        following = _writer(any_url, f"call-{kill + 1}") if kill + 1 < KILLS else None  # starts while this one writes
        acknowledged = _killed(writer, after=chooser.randrange(1, 12))
        turns = store.events(f"call-{kill}")
        assert [event.value for event in turns[::2] if isinstance(event, SlotSet)][: acknowledged + 1] == list(
            range(acknowledged + 1)
        )
        assert len(turns) % 2 == 0, "half a turn was kept"
        if following is not None:
            writer = following
    store.append("call-0", TALK)
    assert store.events("call-0")[-len(TALK) :] == TALK
    store.close()


def _writer(url: str, conversation: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, url, conversation], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True, cwd=ROOT
    )


def _killed(writer: subprocess.Popen[str], after: int) -> int:
    """Let it write, kill it when it has acknowledged `after` turns or more; the last one that it acknowledged."""
    assert writer.stdout is not None
    assert writer.stdin is not None
    writer.stdin.write("\n")
    writer.stdin.flush()
    acknowledged = -1
    with writer.stdin, writer.stdout as lines:
        for line in lines:
            acknowledged = int(line)
            if acknowledged >= after:
                os.kill(writer.pid, signal.SIGKILL)
                break
        acknowledged = max([acknowledged, *(int(line) for line in lines if line.endswith("\n"))])
    assert writer.wait() == -signal.SIGKILL
    return acknowledged


def told(url: str) -> str:
    with pytest.raises(StoreError) as fault:
        EventStore(url)
    assert "\n" not in str(fault.value)
    return str(fault.value)


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.sqlite").write_bytes(b"no database at all, " * 200)

    said = told(f"sqlite:///{tmp_path}/a.sqlite")
    assert "a.sqlite: the file is damaged or no SQLite database (file is not a database)" in said


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")

    assert "its folder cannot be made: File exists" in told(f"sqlite:///{tmp_path}/file/a.sqlite")
    assert "the file cannot be written (unable to open database file)" in told(f"sqlite:///{tmp_path}")


@pytest.mark.parametrize(
    ("url", "what"),
    [
        ("conversations", "'conversations' is not a database URL; write e.g. sqlite:///conversations.sqlite"),
        ("nosuchbase://db/talks", "nosuchbase://db/talks: its driver is not installed"),
        ("oracle+nodriver://user:secret@db/talks", "oracle+nodriver://user:***@db/talks: its driver is not installed"),
    ],
)
def test_a_url_that_leads_nowhere_is_told_without_its_password(url: str, what: str) -> None:
    assert told(url).startswith(what)


def test_a_damaged_row_is_told_by_its_number(store: EventStore, tmp_path: Path) -> None:
    store.append("a", TALK)
    with sqlite3.connect(tmp_path / "talks" / "store.sqlite") as rows:
        rows.execute("UPDATE events SET json = '{' WHERE seq = 2")
    rows.close()

    with pytest.raises(StoreError, match="event 2 of conversation 'a' cannot be read"):
        store.events("a")


def test_a_check_writes_nothing_and_tells_a_store_that_cannot_be_written(store: EventStore, tmp_path: Path) -> None:
    store.append("a", TALK, "v1")
    store.check()
    assert store.events("") == ()

    with sqlite3.connect(tmp_path / "talks" / "store.sqlite") as direct:
        direct.execute("DROP TABLE events")
    direct.close()
    with pytest.raises(StoreError, match="events"):
        store.check()


def test_a_store_in_memory_serves_trials_from_every_thread() -> None:
    opened = EventStore("sqlite://")
    thread = threading.Thread(target=opened.append, args=("a", TALK))
    thread.start()
    thread.join()

    assert opened.events("a") == TALK
    opened.close()
