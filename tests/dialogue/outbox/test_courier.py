from __future__ import annotations

import json
import logging
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from dialogue.events import MessageQueued, SessionStarted
from dialogue.outbox.courier import Courier, courier_of
from dialogue.outbox.outbox import Letter, Outbox
from dialogue.outbox.sending import KEY_HEADER, HttpSender, outcome_of
from dialogue.outbox.settings import Target, WebhookSettings
from dialogue.outbox.signature import HEADER, verify
from dialogue.store import EventStore
from tests.dialogue.outbox.receiver import Receiver, receiving
from tests.stores import KINDS, store_of

BODY = {"action": "action_record_lead", "data": {"contact_name": "王女士", "phone": "13800001234"}}
ROOT = Path(__file__).parents[3]


class Clock:
    def __init__(self) -> None:
        self.now = 1_790_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    yield from store_of(request.param, tmp_path)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(url: str, clock: Clock) -> Iterator[EventStore]:
    opened = EventStore(url, clock)
    yield opened
    opened.close()


def couriers(store: EventStore, clock: Clock, receiver: Receiver, **settings: float) -> tuple[Courier, Outbox]:
    """One that adds no chance to its pauses, and its outbox."""
    outbox = Outbox(store, clock)
    webhook = WebhookSettings(receiver.url, "CRM_SECRET", first_pause_s=5.0, **settings)  # type: ignore[arg-type]
    environment = {"CRM_SECRET": "k"}
    return Courier(outbox, lambda: {"crm": webhook}, HttpSender(), clock, environment, lambda: 0.0), outbox


def queue(store: EventStore, *keys: str, to: str = "crm") -> None:
    store.append("王女士", [SessionStarted(), *(MessageQueued(key, to, BODY) for key in keys)])


def states(outbox: Outbox) -> dict[str, str]:
    return {letter.key: letter.state for letter in outbox.letters(("waiting", "sending", "delivered", "dead"))}


def test_a_message_that_the_receiver_fails_on_comes_again_signed_and_under_its_key(store: EventStore, clock: Clock) -> None:
    with receiving(503, 500, 200) as receiver:
        courier, outbox = couriers(store, clock, receiver)
        queue(store, "k1")
        assert courier.round() == 1
        assert courier.round() == 0  # not before the pause is over
        clock.now += 5
        assert courier.round() == 1
        clock.now += 9
        assert courier.round() == 0  # the second pause is twice as long
        clock.now += 1
        assert courier.round() == 1
        clock.now += 100_000
        assert courier.round() == 0
        courier.close()
    assert states(outbox) == {"k1": "delivered"}
    assert len(receiver.asked) == 3
    for headers, body in receiver.asked:
        assert headers[KEY_HEADER.lower()] == "k1"
        assert json.loads(body) == BODY
    headers, body = receiver.asked[-1]
    assert verify("k", headers[HEADER.lower()], body, clock.now - 100_000)


def test_a_closed_port_is_tried_again(store: EventStore, clock: Clock) -> None:
    with receiving(200) as receiver:
        pass
    courier, outbox = couriers(store, clock, receiver)
    queue(store, "k1")
    courier.round()
    courier.close()
    (letter,) = outbox.letters(("waiting",))
    assert (letter.attempts, letter.status, letter.fault) == (1, None, "ConnectError")


def test_what_the_receiver_refuses_is_put_aside_until_it_is_revived(store: EventStore, clock: Clock) -> None:
    with receiving(422, 201) as receiver:
        courier, outbox = couriers(store, clock, receiver)
        queue(store, "k1")
        courier.round()
        (dead,) = outbox.letters(("dead",))
        assert (dead.status, dead.fault, dead.attempts) == (422, "answered 422", 1)
        clock.now += 100_000
        assert courier.round() == 0
        assert outbox.revive(["other"]) == 0
        assert outbox.revive() == 1
        courier.round()
        courier.close()
    assert states(outbox) == {"k1": "delivered"}


def test_attempts_come_to_an_end(store: EventStore, clock: Clock) -> None:
    with receiving(500) as receiver:
        courier, outbox = couriers(store, clock, receiver, attempts=3)
        queue(store, "k1")
        for _ in range(5):
            courier.round()
            clock.now += 10_000
        courier.close()
    assert len(receiver.asked) == 3
    assert states(outbox) == {"k1": "dead"}


def test_a_receiver_that_is_down_is_asked_once_a_round_and_holds_no_other_up(store: EventStore, clock: Clock) -> None:
    with receiving(503) as down, receiving(200) as up:
        outbox = Outbox(store, clock)
        hooks = {"crm": WebhookSettings(down.url), "sms": WebhookSettings(up.url)}
        courier = Courier(outbox, lambda: hooks, HttpSender(), clock, {}, lambda: 0.0)
        queue(store, "k1", "k2", "k3")
        queue(store, "s1", to="sms")
        assert courier.round() == 2
        courier.close()
    assert states(outbox) == {"k1": "waiting", "k2": "waiting", "k3": "waiting", "s1": "delivered"}


@pytest.mark.parametrize(("retry_after", "rest_s"), [("", 5), ("60", 60)])
def test_a_receiver_that_fails_rests_before_its_next_letter(
    store: EventStore, clock: Clock, retry_after: str, rest_s: float
) -> None:
    with receiving(429, 200) as receiver:
        receiver.retry_after = retry_after
        courier, outbox = couriers(store, clock, receiver)
        queue(store, "k1", "k2", "k3")
        assert courier.round() == 1
        clock.now += rest_s - 1
        assert courier.round() == 0
        clock.now += 1
        assert courier.round() == 3
        courier.close()
    assert set(states(outbox).values()) == {"delivered"}


@pytest.mark.parametrize(
    "bad",
    [
        MessageQueued(None, "crm", BODY),  # type: ignore[arg-type]
        MessageQueued("k" * 65, "crm", BODY),
        MessageQueued("王女士", "crm", BODY),
        MessageQueued("k2", ["crm"], BODY),  # type: ignore[arg-type]
        MessageQueued("k1", "crm", {"data": {"phone": "13800001234"}}),
    ],
)
def test_a_message_that_cannot_be_sent_is_put_aside_and_holds_no_other_up(
    store: EventStore, clock: Clock, bad: MessageQueued, caplog: pytest.LogCaptureFixture
) -> None:
    with receiving(200) as receiver:
        courier, outbox = couriers(store, clock, receiver)
        store.append("王女士", [MessageQueued("k1", "crm", BODY), bad])
        queue(store, "k9")
        assert courier.round() == 2
        assert courier.round() == 0
        courier.close()
    assert {letter.key for letter in outbox.letters(("delivered",))} == {"k1", "k9"}
    (dead,) = outbox.letters(("dead",))
    (told,) = (record.getMessage() for record in caplog.records if record.levelno == logging.ERROR)
    assert told == f"message {dead.key} is put aside: {dead.fault}"
    assert "王女士" not in told


def test_a_webhook_without_its_secret_waits(store: EventStore, clock: Clock) -> None:
    with receiving(200) as receiver:
        outbox = Outbox(store, clock)
        webhook = WebhookSettings(receiver.url, "CRM_SECRET")
        courier = Courier(outbox, lambda: {"crm": webhook}, HttpSender(), clock, {}, lambda: 0.0)
        queue(store, "k1")
        courier.round()
        courier.close()
    assert receiver.asked == []
    (letter,) = outbox.letters(("waiting",))
    assert letter.fault == "webhook 'crm': the environment variable 'CRM_SECRET' is not set"


def test_two_senders_never_hold_the_same_letter(store: EventStore, clock: Clock) -> None:
    one, other = Outbox(store, clock), Outbox(store, clock)
    queue(store, "k1")
    assert (one.collect(), other.collect()) == (1, 0)
    (letter,) = one.due("crm")
    assert one.claim(letter, clock.now + 60)
    assert not other.claim(letter, clock.now + 60)
    assert other.due("crm") == ()
    clock.now += 61  # the first one died
    (again,) = other.due("crm")
    assert other.claim(again, clock.now + 60)
    one.postpone(letter, clock.now, 500, "answered 500")  # it was only slow: what it says counts no more
    assert states(other) == {"k1": "sending"}
    one.delivered(letter, 200)  # but for this
    assert states(other) == {"k1": "delivered"}


def test_what_was_erased_from_the_conversation_is_not_sent(store: EventStore, clock: Clock) -> None:
    with receiving(200) as receiver:
        courier, _ = couriers(store, clock, receiver)
        queue(store, "k1")
        store.rewrite("王女士", lambda events: (events[0], MessageQueued("k1", "crm", {"data": {"phone": "[PHONE_1]"}})))
        courier.round()
        courier.close()
    assert json.loads(receiver.asked[0][1]) == {"data": {"phone": "[PHONE_1]"}}


def test_logs_hold_nothing_of_a_message(store: EventStore, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO), receiving(503, 200, 422) as receiver:
        courier, _ = couriers(store, clock, receiver)
        queue(store, "k1")
        courier.round()
        clock.now += 10
        courier.round()
        queue(store, "k2")
        courier.round()
        courier.close()
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("dialogue"))
    assert "k1 to webhook 'crm' failed (attempt 1): answered 503" in ours
    assert "k2 to webhook 'crm' is put aside" in ours
    for secret in ("王女士", "13800001234", receiver.url):
        assert secret not in ours


def test_the_thread_sends_what_a_turn_stores_and_ends_when_told(tmp_path: Path) -> None:
    with closing(EventStore(f"sqlite:///{tmp_path}/store.sqlite")) as store, receiving(200) as receiver:
        courier = courier_of(store, lambda: {"crm": WebhookSettings(receiver.url)})
        courier.start()
        queue(store, "k1")
        assert receiver.came.wait(30)
        courier.close()
    assert len(receiver.asked) == 1


SENDER = """
import sys
import threading
from dialogue.outbox import WebhookSettings, courier_of
from dialogue.store import EventStore
courier_of(EventStore(sys.argv[1]), lambda: {"crm": WebhookSettings(sys.argv[2])}).round()
"""


def test_a_sender_killed_in_mid_request_leaves_the_letter_to_the_next(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/store.sqlite"
    store, clock = EventStore(url), Clock()
    queue(store, "k1")
    with receiving(200) as receiver:
        receiver.hangs = threading.Event()
        process = subprocess.Popen([sys.executable, "-c", SENDER, url, receiver.url], cwd=ROOT)
        assert receiver.came.wait(60)
        process.send_signal(signal.SIGKILL)
        process.wait()
        receiver.hangs.set()
        receiver.hangs = None
        courier, outbox = couriers(store, clock, receiver)
        (letter,) = outbox.letters(("sending",))
        clock.now = letter.due_at - 1
        assert courier.round() == 0
        clock.now = letter.due_at
        assert courier.round() == 1
        assert courier.round() == 0
        courier.close()
    store.close()
    assert [headers[KEY_HEADER.lower()] for headers, _ in receiver.asked] == ["k1", "k1"]
    assert states(outbox) == {"k1": "delivered"}


@pytest.mark.parametrize(
    ("status", "retry_after", "kind", "after_s"),
    [
        (204, "", "delivered", None),
        (301, "", "failed", None),
        (401, "", "failed", None),
        (429, "30", "failed", 30.0),
        (503, "Wed, 21 Oct 2026 07:28:00 GMT", "failed", None),
        (400, "", "refused", None),
    ],
)
def test_only_answers_about_the_message_itself_are_final(status: int, retry_after: str, kind: str, after_s: float | None) -> None:
    outcome = outcome_of(status, retry_after)
    assert (outcome.kind, outcome.after_s) == (kind, after_s)


def test_a_letter_of_an_unknown_webhook_waits(store: EventStore, clock: Clock) -> None:
    with receiving(200) as receiver:
        courier, outbox = couriers(store, clock, receiver)
        queue(store, "k1", to="nowhere")
        courier.round()
        courier.close()
    letters: tuple[Letter, ...] = outbox.letters(("waiting",))
    assert [letter.fault for letter in letters] == ["bot.yml has no webhook of this name"]


def test_however_much_waits_for_a_webhook_that_is_down_the_others_get_theirs(store: EventStore, clock: Clock) -> None:
    with receiving(200) as receiver:
        courier, outbox = couriers(store, clock, receiver)
        queue(store, *(f"n{number}" for number in range(150)), to="nowhere")
        clock.now += 1
        queue(store, "k1")
        courier.round()
        courier.close()
    assert [letter.key for letter in outbox.letters(("delivered",))] == ["k1"]


def test_a_header_that_http_cannot_carry_is_a_failed_attempt() -> None:
    sender = HttpSender()
    outcome = sender(Target("http://127.0.0.1:9/hook", headers={"X-Shop": "王女士"}), "k1", b"{}", 0.0)
    sender.close()
    assert (outcome.kind, outcome.fault) == ("failed", "UnicodeEncodeError")
