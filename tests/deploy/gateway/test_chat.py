from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.deploy.gateway.running import ScriptedSeller, running


@asynccontextmanager
async def chatting(seller: ScriptedSeller) -> AsyncIterator[tuple[ClientConnection, str]]:
    async with running(seller) as (_, address, _), connect(f"ws://{address}/ws/chat") as socket:
        yield socket, address


async def send(socket: ClientConnection, **frame: Any) -> None:
    await socket.send(json.dumps(frame, ensure_ascii=False))


async def receive(socket: ClientConnection) -> dict[str, Any]:
    frame: dict[str, Any] = json.loads(await asyncio.wait_for(socket.recv(), 10))
    return frame


async def test_a_window_is_greeted_and_answered() -> None:
    async with chatting(ScriptedSeller()) as (socket, _):
        await send(socket, type="session_request")
        confirmed = await receive(socket)
        greeting = await receive(socket)
        await send(socket, type="user_uttered", message="你好", id="1")
        typing = await receive(socket)
        answer = await receive(socket)
    assert confirmed["type"] == "session_confirm"
    assert len(confirmed["session_id"]) >= 16
    assert confirmed["resumed"] is False
    assert greeting["messages"] == [{"text": "您好,请讲。"}]
    assert typing == {"type": "typing"}
    assert answer == {
        "type": "bot_uttered", "id": "1", "messages": [{"text": "您说的是:你好"}], "hand_over": False, "end": False,
    }  # fmt: skip


async def test_a_window_that_comes_back_goes_on_where_it_was() -> None:
    seller = ScriptedSeller()
    async with chatting(seller) as (socket, address):
        await send(socket, type="session_request", session_id="a" * 20)
        assert (await receive(socket))["resumed"] is False
        await socket.close()
        async with connect(f"ws://{address}/ws/chat") as again:
            await send(again, type="session_request", session_id="a" * 20)
            assert await receive(again) == {"type": "session_confirm", "session_id": "a" * 20, "resumed": True}
            await send(again, type="user_uttered", message="你好")
            await receive(again)
            assert (await receive(again))["messages"] == [{"text": "您说的是:你好"}]
    assert seller.heard == [("a" * 20, "你好", "chat")]


async def test_a_message_sent_twice_over_a_broken_line_is_answered_once() -> None:
    seller = ScriptedSeller()
    async with chatting(seller) as (socket, address):
        await send(socket, type="session_request", session_id="b" * 20)
        await send(socket, type="user_uttered", message="wait", id="7")
        while (await receive(socket))["type"] != "typing":
            pass
        await socket.close()
        async with connect(f"ws://{address}/ws/chat") as again:
            await send(again, type="session_request", session_id="b" * 20)
            await receive(again)
            await send(again, type="user_uttered", message="wait", id="7")
            assert await receive(again) == {"type": "typing"}
            seller.release.set()
            assert (await receive(again))["messages"] == [{"text": "您说的是:wait"}]
    assert seller.heard == [("b" * 20, "wait", "chat")]


@pytest.mark.parametrize("session_id", ["", "short", "../../etc/passwd-----", 7, None, "甲" * 20])
async def test_a_session_id_that_is_no_secret_is_replaced(session_id: object) -> None:
    async with chatting(ScriptedSeller()) as (socket, _):
        await send(socket, type="session_request", session_id=session_id)
        assert (await receive(socket))["session_id"] != session_id


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("rubbish", 1007),
        ("[1]", 1007),
        ("[" * 50_000, 1007),
        ('{"type": "sell"}', 1008),
        ('{"type": "user_uttered"}', 1008),
        ('{"type": "user_uttered", "message": {"a": 1}}', 1008),
        (b"\x00\x01\x02", 1003),
        ("x" * 70_000, 1009),
    ],
)
async def test_rubbish_closes_the_socket_with_a_code_and_the_gateway_lives_on(frame: str | bytes, code: int) -> None:
    async with running(ScriptedSeller()) as (client, address, _):
        async with connect(f"ws://{address}/ws/chat") as socket:
            await socket.send(frame)
            with pytest.raises(ConnectionClosed):
                await asyncio.wait_for(socket.recv(), 10)
            assert socket.close_code == code
        assert (await client.get("/health")).json() == {"status": "alive"}


@pytest.mark.parametrize(("message", "code"), [("  ", "empty"), ("长" * 2001, "too_long"), ("break", "failed")])
async def test_a_message_that_cannot_be_taken_leaves_the_window_open(message: str, code: str) -> None:
    async with chatting(ScriptedSeller()) as (socket, _):
        await send(socket, type="session_request")
        await receive(socket)
        await receive(socket)
        await send(socket, type="user_uttered", message=message)
        frames = [await receive(socket)]
        if frames[0]["type"] == "typing":
            frames.append(await receive(socket))
        assert (frames[-1]["type"], frames[-1]["code"]) == ("error", code)
        await send(socket, type="ping")
        assert await receive(socket) == {"type": "pong"}


@pytest.mark.parametrize("said", ['"message": "\\ud800"', '"message": "你好", "id": "\\ud800"'])
async def test_half_a_surrogate_pair_is_refused_and_leaves_the_window_open(said: str) -> None:
    async with chatting(ScriptedSeller()) as (socket, _):
        await socket.send(f'{{"type": "user_uttered", {said}}}')
        refused = await receive(socket)
        assert (refused["type"], refused["code"]) == ("error", "not_text")
        await send(socket, type="ping")
        assert await receive(socket) == {"type": "pong"}


async def test_a_message_without_a_session_opens_one() -> None:
    async with chatting(ScriptedSeller()) as (socket, _):
        await send(socket, type="user_uttered", message="end", id="1")
        kinds = [(await receive(socket))["type"] for _ in range(3)]
        answer = await receive(socket)
    assert kinds == ["session_confirm", "bot_uttered", "typing"]
    assert answer["end"] is True


async def test_one_window_too_many_is_told_to_try_again_later() -> None:
    def one_window(parts):  # type: ignore[no-untyped-def]
        return replace(parts, settings=replace(parts.settings, max_chats=1))

    async with running(ScriptedSeller(), one_window) as (client, address, _), connect(f"ws://{address}/ws/chat") as first:
        await send(first, type="ping")
        await receive(first)
        assert "xiangyin_chats_active 1.0" in (await client.get("/metrics")).text
        async with connect(f"ws://{address}/ws/chat") as second:
            with pytest.raises(ConnectionClosed):
                await second.recv()
            assert second.close_code == 1013


async def test_a_gateway_without_speech_says_so() -> None:
    async with running(ScriptedSeller()) as (_, address, _), connect(f"ws://{address}/ws/voice") as socket:
        with pytest.raises(ConnectionClosed):
            await socket.recv()
        assert socket.close_code == 1011
