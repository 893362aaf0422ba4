from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.testclient import TestClient, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from deploy.gateway.voice_ws import voice_endpoint
from deploy.media.options import CallOptions
from deploy.media.parts import CallParts
from deploy.media.speaker import Speaker
from deploy.media.switchboard import Switchboard, SwitchboardOptions
from deploy.media.transport import Sound, from_s16, to_s16
from tests.fakes import ScriptedBrain, ScriptedRecogniser, ToneVoice, said

QUESTION = "那这个的年费是多少"
START = json.dumps({"type": "start", "rate_hz": 8000, "conversation": "chat-1"})


@contextmanager
def dialled(brain: ScriptedBrain, max_calls: int = 20) -> Iterator[WebSocketTestSession]:
    parts = CallParts(brain, ScriptedRecogniser({1.0: QUESTION}), Speaker(ToneVoice()), CallOptions(end_silence_ms=200))
    switchboard = Switchboard(parts, SwitchboardOptions(max_calls))
    app = Starlette(routes=[WebSocketRoute("/ws/voice", voice_endpoint(switchboard))])
    with TestClient(app) as client, client.websocket_connect("/ws/voice") as socket:
        yield socket


def until(socket: WebSocketTestSession, kind: str) -> tuple[dict[str, Any], Sound]:
    """The next JSON event of this kind, and the sound that came before it."""
    sound = [np.zeros(0, np.float32)]
    while True:
        message = socket.receive()
        if message["type"] == "websocket.close":
            raise WebSocketDisconnect(message["code"], message.get("reason"))
        if message.get("bytes") is not None:
            sound.append(from_s16(message["bytes"]))
        elif (event := json.loads(message["text"]))["type"] == kind:
            return event, np.concatenate(sound)


def test_a_browser_speaks_and_is_answered_in_words_and_sound(utter: Callable[[str], Sound]) -> None:
    brain = ScriptedBrain({QUESTION: said("一年八千六。", "action_quote")})
    with dialled(brain) as socket:
        socket.send_text(START)
        ready, _ = until(socket, "ready")
        assert ready == {"type": "ready", "conversation": "chat-1", "rate_hz": 8000}
        socket.send_bytes(to_s16(np.concatenate([utter(QUESTION), np.zeros(4000, np.float32)])))
        heard, _ = until(socket, "heard")
        reply, _ = until(socket, "reply")
        socket.send_text('{"type": "stop"}')
        assert until(socket, "ended")[0]["reason"] == "hang_up"
    assert heard == {"type": "heard", "text": QUESTION, "dialect": "cmn"}
    assert (reply["text"], reply["action"]) == ("一年八千六。", "action_quote")
    assert brain.ended == ["hang_up"]


def test_the_reason_of_an_end_comes_after_the_last_word(utter: Callable[[str], Sound]) -> None:
    with dialled(ScriptedBrain({QUESTION: said("好，再见。", end=True)}, greeting="")) as socket:
        socket.send_text(START)
        socket.send_bytes(to_s16(np.concatenate([utter(QUESTION), np.zeros(4000, np.float32)])))
        ended, sound = until(socket, "ended")
        assert ended["reason"] == "goodbye"
        assert np.count_nonzero(np.abs(sound) > 0.01) / 8000 > 0.35
        with pytest.raises(WebSocketDisconnect) as closed:
            until(socket, "nothing")
        assert closed.value.code == 1000


@pytest.mark.parametrize(
    ("first", "why"),
    [
        ("{rubbish", "not JSON"),
        ("[1]", "must be an object"),
        ('{"type": "hello"}', "the first message must be"),
        ('{"type": "start", "rate_hz": "fast"}', "rate_hz must be"),
        ('{"type": "start", "rate_hz": 1000000}', "rate_hz must be"),
        ('{"type": "start", "conversation": "../../etc"}', "conversation must be"),
    ],
)
def test_a_socket_that_sends_rubbish_is_closed_and_told_why(first: str, why: str) -> None:
    with dialled(ScriptedBrain()) as socket:
        socket.send_text(first)
        with pytest.raises(WebSocketDisconnect) as closed:
            until(socket, "ended")
    assert closed.value.code == 1007
    assert why in closed.value.reason


@pytest.mark.parametrize("later", [b"odd", b"\0" * 70_000])
def test_sound_that_is_none_ends_the_call(later: bytes) -> None:
    brain = ScriptedBrain()
    with dialled(brain) as socket:
        socket.send_text(START)
        socket.send_bytes(later)
        with pytest.raises(WebSocketDisconnect) as closed:
            until(socket, "ended")
    assert closed.value.code == 1007
    assert brain.ended == ["dropped"]


def test_one_caller_too_many_is_told_to_come_back() -> None:
    with dialled(ScriptedBrain(), max_calls=0) as socket:
        socket.send_text(START)
        until(socket, "busy")
        with pytest.raises(WebSocketDisconnect) as closed:
            until(socket, "ended")
    assert closed.value.code == 1013
