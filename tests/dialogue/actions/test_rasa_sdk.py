"""The webhook protocol against an action server of rasa-sdk that is really running."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from dialogue.actions.action import Action, ActionContext
from dialogue.actions.catalogue import actions_of
from dialogue.actions.remote import ActionServer, HttpPost
from dialogue.bot_files import load_bot
from dialogue.endpoints import ActionEndpoint
from dialogue.events import ActionRejected, ActiveLoop, BotUttered, Button, Event, FollowUp, SlotSet, UserUttered
from dialogue.responses import DomainResponder
from dialogue.state import DialogueState
from dialogue.track import initial_state, track
from nlu.understanding import Need, Understanding

ROOT = Path(__file__).parents[3]
SDK = ROOT / "build" / "rasa-sdk-venv" / "bin" / "python"
CLINIC = ROOT / "tests" / "data" / "bots" / "clinic"
START_S = 60
BOT = load_bot(CLINIC)

pytestmark = pytest.mark.skipif(not SDK.is_file(), reason="needs rasa-sdk: make rasa-sdk-server installs it")


@pytest.fixture(scope="module")
def server() -> Iterator[ActionServer]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"ACTION_SERVER_SANIC_WORKERS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [str(SDK), "-m", "rasa_sdk", "--actions", "actions", "--port", str(port)]
    process = subprocess.Popen(
        command, cwd=CLINIC, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        assert _listens(port, process)
        endpoint = ActionEndpoint(f"http://127.0.0.1:{port}/webhook", timeout_s=30)
        with closing(HttpPost(endpoint)) as post:
            yield ActionServer.of(endpoint, BOT.domain, post)
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask the server to end; one that is still busy closing connections is ended with its workers."""
    process.terminate()
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _listens(port: int, process: subprocess.Popen[bytes]) -> bool:
    """Whether the server takes connections before it should long have been there."""
    import time

    until = time.monotonic() + START_S
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        try:
            process.wait(timeout=0.2)
        except subprocess.TimeoutExpired:
            continue
    return False


def booking(text: str, **slots: object) -> DialogueState:
    """The form runs, and this was just said; slots filled by it are named."""
    state = initial_state("王女士", BOT.domain)
    state = track(track(state, ActiveLoop("booking_form")), SlotSet("requested_slot", slots.pop("asked", "city")))
    state = track(state, UserUttered(text, Understanding(text, (Need("inform", 0.9, (), 0, len(text)),), (), 0.9)))
    for name, value in slots.items():
        state = track(state, SlotSet(name, value, "said", str(value)))
    return state


def run(server: ActionServer, name: str, state: DialogueState) -> tuple[Event, ...]:
    action: Action = actions_of(BOT, server)[name]
    return action.run(ActionContext(state, "rest", DomainResponder(BOT.domain)))


def test_an_action_speaks_and_sets_slots(server: ActionServer) -> None:
    events = run(server, "action_urgency", booking("急", symptoms=["急诊"], day="明天"))
    assert events[0] == BotUttered("王女士，正在查号。", "王女士，正在查号。", None, (Button("好", "/affirm"),))
    assert isinstance(events[1], BotUttered)
    assert (events[1].text, events[1].response) == ("某地，明天，约好了。", "utter_booked")
    assert events[2:] == (SlotSet("urgency", "high"), SlotSet("raw", {"intents": len(BOT.domain.intents)}))


def test_an_action_may_name_the_next_one(server: ActionServer) -> None:
    assert run(server, "action_extract_more", booking("好")) == (FollowUp("utter_greet"),)


def test_a_form_takes_what_its_validator_lets_pass(server: ActionServer) -> None:
    events = run(server, "booking_form", booking("杭州", city="杭州"))
    assert SlotSet("requested_slot", "day") in events
    assert [event.text for event in events if isinstance(event, BotUttered)] == ["哪一天？"]


def test_a_refused_value_is_asked_for_again(server: ActionServer) -> None:
    events = run(server, "booking_form", booking("昨天", asked="day", city="杭州", day="昨天"))
    assert SlotSet("day", None) in events
    assert [event.text for event in events if isinstance(event, BotUttered)] == ["昨天已经过去了。", "哪一天？"]


def test_the_validator_adds_slots_to_the_form(server: ActionServer) -> None:
    state = booking("明天", asked="day", city="上海", day="明天")
    state = track(state, SlotSet("wants_news", None))
    assert SlotSet("requested_slot", "wants_news") in run(server, "booking_form", state)


def test_a_question_in_between_is_no_answer(server: ActionServer) -> None:
    assert run(server, "booking_form", booking("贵不贵")) == (ActionRejected("booking_form", "forms"),)


def test_an_action_that_the_server_lacks_is_told_to_the_customer(server: ActionServer) -> None:
    assert server.call("action_nowhere", ActionContext(booking("好"), "rest", DomainResponder(BOT.domain))) is None
