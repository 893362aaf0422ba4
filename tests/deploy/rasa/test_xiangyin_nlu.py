"""The Rasa component without Rasa: its client against a real gateway, its answers on a message."""

from __future__ import annotations

import asyncio
import importlib.util
import logging
import socket
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from deploy.auth import read_keys
from deploy.settings import GatewaySettings
from nlu.understanding import Entity, Guess, Need, Understanding
from tests.deploy.gateway.running import ScriptedSeller, running

FILE = Path(__file__).parents[3] / "deploy" / "rasa" / "xiangyin_nlu.py"
TEXT = "这个多少钱一年，能先试用吗"
YEAR = Entity("billing_period", "year", "一年", 5, 7, "period", 0.9, role="wanted", group="1")
KEY = "k" * 24


def component() -> ModuleType:
    """The file as Rasa loads it: by its name, from beside a bot."""
    found = importlib.util.spec_from_file_location("xiangyin_nlu", FILE)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules["xiangyin_nlu"] = module
    found.loader.exec_module(module)
    return module


nlu = component()


class Understander(ScriptedSeller):
    """Reads two needs in everything; 'nothing' is out of scope."""

    def understand(self, text: str) -> Understanding:
        if text == "nothing":
            return Understanding(text, (), (), 0.2, (Guess("trial", 0.2),))
        needs = (Need("price_inquiry", 0.8, (YEAR,), 0, 7), Need("discount", 0.9, (), 8, len(text)))
        return Understanding(text, needs, (YEAR,), 0.8, (Guess("discount", 0.6), Guess("price_inquiry", 0.3)))


class Message:
    """Rasa's Message as far as it is used."""

    def __init__(self, text: str | None) -> None:
        self.data: dict[str, Any] = {} if text is None else {"text": text}
        self.shown: set[str] = set()

    def get(self, prop: str, default: Any = None) -> Any:
        return self.data.get(prop, default)

    def set(self, prop: str, info: Any, add_to_output: bool = False) -> None:
        self.data[prop] = info
        if add_to_output:
            self.shown.add(prop)


async def understood(text: str | None, address: str, **options: Any) -> Message:
    message = Message(text)
    asker = nlu.Asker(nlu.Options(url=f"http://{address}", **options), "XiangyinNLU")
    await asyncio.to_thread(asker.understand, message)
    return message


def with_keys(tmp_path: Path) -> Any:
    file = tmp_path / "keys"
    file.write_text(KEY + "\n", encoding="utf-8")
    file.chmod(0o600)
    return lambda parts: replace(parts, settings=replace(GatewaySettings(), keys=read_keys(file)))


def closed_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"127.0.0.1:{taken.getsockname()[1]}"


async def test_intent_ranking_needs_and_entities_are_set_as_rasa_has_them() -> None:
    async with running(Understander()) as (_, address, _):
        message = await understood(TEXT, address)
    assert message.data["intent"] == {"name": "price_inquiry", "confidence": 0.8}
    assert [one["name"] for one in message.data["intent_ranking"]] == ["price_inquiry", "discount"]
    assert [(one["name"], one["start"], one["end"]) for one in message.data["intents"]] == [
        ("price_inquiry", 0, 7),
        ("discount", 8, len(TEXT)),
    ]
    assert message.data["entities"] == [
        {
            "entity": "billing_period",
            "start": 5,
            "end": 7,
            "value": "year",
            "confidence_entity": 0.9,
            "role": "wanted",
            "group": "1",
            "extractor": "XiangyinNLU",
        }
    ]
    assert message.shown == {"intent", "intent_ranking", "intents", "entities"}


async def test_entities_of_other_extractors_stay() -> None:
    message = Message(TEXT)
    message.set("entities", [{"entity": "city", "value": "苏州", "start": 0, "end": 2, "extractor": "RegexEntityExtractor"}])
    async with running(Understander()) as (_, address, _):
        await asyncio.to_thread(nlu.Asker(nlu.Options(url=f"http://{address}/"), "XiangyinNLU").understand, message)
    assert [one["entity"] for one in message.data["entities"]] == ["city", "billing_period"]


@pytest.mark.parametrize(
    ("options", "name", "confidence"),
    [
        ({"join_intents": True}, "discount+price_inquiry", 0.8),
        ({"threshold": 0.8}, "price_inquiry", 0.8),
        ({"threshold": 0.81}, None, 0.8),
    ],
)
async def test_needs_are_joined_and_weak_intents_dropped_where_the_options_say_so(
    options: dict[str, Any], name: str | None, confidence: float
) -> None:
    async with running(Understander()) as (_, address, _):
        message = await understood(TEXT, address, **options)
    assert message.data["intent"] == {"name": name, "confidence": confidence}


async def test_what_is_out_of_scope_has_no_intent_but_a_ranking() -> None:
    async with running(Understander()) as (_, address, _):
        message = await understood("nothing", address)
    assert message.data["intent"] == {"name": None, "confidence": 0.2}
    assert (message.data["intents"], message.data["entities"]) == ([], [])
    assert message.data["intent_ranking"] == [{"name": "trial", "confidence": 0.2}]


@pytest.mark.parametrize("text", [None, "", "  ", "/greet"])
async def test_an_empty_message_and_one_with_a_slash_are_left_to_rasa(text: str | None) -> None:
    message = await understood(text, closed_port())
    assert set(message.data) <= {"text"}


async def test_the_key_is_sent_from_the_file_or_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(Understander(), with_keys(tmp_path)) as (_, address, _):
        assert (await understood(TEXT, address, api_key=KEY)).data["intent"]["name"] == "price_inquiry"
        assert (await understood(TEXT, address)).data["intent"]["name"] is None
        monkeypatch.setenv("XIANGYIN_API_KEY", KEY)
        assert (await understood(TEXT, address)).data["intent"]["name"] == "price_inquiry"


async def test_a_server_that_is_away_is_warned_of_once_and_nothing_is_understood(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "xiangyin_nlu")
    listener = closed_port()
    asker = nlu.Asker(nlu.Options(url=f"http://{listener}"), "XiangyinNLU")
    messages = [Message(TEXT), Message(TEXT)]
    for message in messages:
        await asyncio.to_thread(asker.understand, message)
    assert [message.data["intent"] for message in messages] == [{"name": None, "confidence": 0.0}] * 2
    assert messages[0].data["entities"] == messages[0].data["intents"] == messages[0].data["intent_ranking"] == []
    assert len(caplog.records) == 1
    assert listener in caplog.text
    assert "多少钱" not in caplog.text


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]", "no intent"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>", "no JSON"),
        (b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", "503"),
        (b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n", "api_key"),
        (b"rubbish\r\n\r\n", "rubbish"),
        (b"", "closed"),
    ],
)
async def test_whatever_a_server_answers_a_fault_is_one_line(answer: bytes, said: str) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"}")
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        host, port = server.sockets[0].getsockname()
        with pytest.raises(nlu.ServerError, match=said):
            await asyncio.to_thread(nlu.Server(f"http://{host}:{port}", "", 5.0).parse, TEXT)


async def test_a_server_that_is_silent_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        host, port = mute.getsockname()
        with pytest.raises(nlu.ServerError, match="timed out"):
            await asyncio.to_thread(nlu.Server(f"http://{host}:{port}", "", 0.05).parse, TEXT)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"url": "localhost:8000"}, "url"),
        ({"url": 8000}, "url"),
        ({"timeout_s": 0}, "timeout_s"),
        ({"threshold": "high"}, "threshold"),
    ],
)
def test_a_wrong_option_is_named(options: dict[str, Any], named: str) -> None:
    with pytest.raises(nlu.ConfigError, match=named):
        nlu.Asker(nlu.Options(**options), "XiangyinNLU")
