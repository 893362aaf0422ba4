from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from dialogue.events import ActionExecuted, LeadRecorded, SessionStarted, SlotSet
from dialogue.store import EventStore, StoreError
from tests.dialogue.said import said as uttered

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
for number in range(100_000):
    store.append("call", [SlotSet("turn", number), ActionExecuted("action_listen")], "v1")
    print(number, flush=True)
"""


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/talks/store.sqlite"


@pytest.fixture
def store(url: str) -> Iterator[EventStore]:
    ticks = iter(range(1_000, 1_000_000))
    opened = EventStore(url, clock=lambda: float(next(ticks)))
    yield opened
    opened.close()


def test_what_was_appended_is_read_back_in_order(store: EventStore) -> None:
    store.append("a", TALK[:2], "v1")
    store.append("b", TALK[:1], "v1")
    store.append("a", TALK[2:], "v2")

    assert store.events("a") == TALK
    assert store.events("b") == TALK[:1]
    assert store.events("nobody") == ()


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


def test_conversations_are_listed_with_the_latest_first(store: EventStore) -> None:
    for name in ("a", "b", "a", "c"):
        store.append(name, TALK[:2])

    assert [(one.conversation, one.events, one.began_at, one.last_at) for one in store.conversations()] == [
        ("c", 2, 1003.0, 1003.0),
        ("a", 4, 1000.0, 1002.0),
        ("b", 2, 1001.0, 1001.0),
    ]
    assert len(store.conversations(limit=1)) == 1


def test_leads_are_found(store: EventStore) -> None:
    store.append("a", [*TALK, LeadRecorded({"contact_name": "王女士"})])
    store.append("b", [LeadRecorded({"contact_name": "李先生"})])

    assert [(one.conversation, one.at, one.lead.fields["contact_name"]) for one in store.leads()] == [
        ("a", 1000.0, "王女士"),
        ("b", 1001.0, "李先生"),
    ]


def test_a_store_opens_again(url: str) -> None:
    for _ in range(2):
        opened = EventStore(url)
        opened.append("a", TALK)
        opened.close()

    again = EventStore(url)
    assert again.events("a") == TALK + TALK
    again.close()


def test_each_commit_is_synced_to_the_disk(store: EventStore, tmp_path: Path) -> None:
    with store._engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    with sqlite3.connect(tmp_path / "talks" / "store.sqlite") as rows:
        assert rows.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    rows.close()


def test_threads_may_write_at_once(store: EventStore) -> None:
    def write(conversation: str) -> None:
        for number in range(10):
            store.append(conversation, [SlotSet("n", number), ActionExecuted("action_listen")])

    threads = [threading.Thread(target=write, args=(name,)) for name in ("a", "b", "same", "same")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [len(store.events(name)) for name in ("a", "b", "same")] == [20, 20, 40]


def test_two_stores_on_one_file_take_turns(store: EventStore, url: str) -> None:
    other = EventStore(url)
    for number in range(5):
        store.append("a", [SlotSet("n", number)])
        other.append("a", [SlotSet("m", number)])

    assert len(store.events("a")) == 10
    other.close()


def test_nothing_acknowledged_is_lost_when_the_process_is_killed(url: str) -> None:
    writer = subprocess.Popen([sys.executable, "-c", WRITER, url], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert writer.stdout is not None
    with writer.stdout as lines:
        acknowledged = -1
        for line in lines:
            acknowledged = int(line)
            if acknowledged >= 5:
                os.kill(writer.pid, signal.SIGKILL)
                break
        acknowledged = max([acknowledged, *(int(line) for line in lines if line.endswith("\n"))])
    assert writer.wait() == -signal.SIGKILL

    again = EventStore(url)
    events = again.events("call")
    turns = [event.value for event in events if isinstance(event, SlotSet)]
    assert turns[: acknowledged + 1] == list(range(acknowledged + 1))
    assert len(events) == 2 * len(turns), "half a turn was kept"
    again.append("call", TALK)
    assert again.events("call")[-len(TALK) :] == TALK
    again.close()


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
