from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from deploy.auth import Keys, read_keys
from deploy.gateway.gate import refused
from deploy.settings import GatewaySettings
from tests.deploy.gateway.running import ScriptedSeller, running

FULL, PUBLIC = "full-key-0123456789", "widget-key-0123456789"


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    file = tmp_path / "keys.txt"
    file.write_text(f"{FULL}\n{PUBLIC} widget\n", encoding="utf-8")
    return read_keys(file)


def request(path: str, query: str = "", **headers: str) -> dict[str, Any]:
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "path": path, "query_string": query.encode(), "headers": pairs}


def status(settings: GatewaySettings, scope: dict[str, Any]) -> int:
    refusal = refused(scope, settings)
    return 200 if refusal is None else refusal.status


@pytest.mark.parametrize(
    ("path", "authorization", "expected"),
    [
        ("/health", "", 200),
        ("/ready", "", 200),
        ("/widget.js", "", 200),
        ("/", "", 401),
        ("/metrics", "", 401),
        ("/metrics", f"Bearer {FULL}", 200),
        ("/metrics", f"bearer  {FULL}", 200),
        ("/metrics", f"Basic {FULL}", 401),
        ("/metrics", f"Bearer {FULL}x", 401),
        ("/metrics", "Bearer 密钥", 401),
        ("/metrics", f"Bearer {PUBLIC}", 403),
        ("/webhooks/rest/webhook", f"Bearer {PUBLIC}", 403),
        ("/conversations/a/tracker", f"Bearer {PUBLIC}", 403),
        ("/ws/chat", f"Bearer {PUBLIC}", 200),
        ("/health/../metrics", "", 401),
        ("//metrics", "", 401),
    ],
)
def test_a_key_opens_what_it_is_for(keys: Keys, path: str, authorization: str, expected: int) -> None:
    settings = GatewaySettings(host="0.0.0.0", keys=keys)
    assert status(settings, request(path, host="bot.example", authorization=authorization)) == expected


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (request("/ws/chat", sec_websocket_protocol=f"xiangyin, key.{PUBLIC}"), 200),
        (request("/ws/chat", sec_websocket_protocol="xiangyin, key.wrong"), 401),
        (request("/ws/chat", query=f"key={PUBLIC}"), 200),
        (request("/", query=f"key={FULL}"), 200),
        (request("/metrics", query=f"key={FULL}"), 401),
    ],
)
def test_a_browser_may_bring_its_key_by_subprotocol_or_address(keys: Keys, scope: dict[str, Any], expected: int) -> None:
    assert status(GatewaySettings(host="0.0.0.0", keys=keys), scope) == expected


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"host": "localhost:8000"}, 200),
        ({"host": "127.0.0.1:8000"}, 200),
        ({"host": "[::1]:8000"}, 200),
        ({"host": "evil.example"}, 403),
        ({"host": "localhost.evil.example"}, 403),
        ({}, 403),
        ({"host": "localhost", "origin": "http://localhost:3000"}, 200),
        ({"host": "localhost", "origin": "https://evil.example"}, 403),
        ({"host": "localhost", "origin": "null"}, 403),
        ({"host": "[", "origin": "http://["}, 403),
    ],
)
def test_without_keys_only_this_machine_is_answered(headers: dict[str, str], expected: int) -> None:
    assert status(GatewaySettings(), request("/metrics", **headers)) == expected


async def test_a_socket_without_its_key_is_closed_with_4401_and_one_with_it_is_served(keys: Keys) -> None:
    def with_keys(parts):  # type: ignore[no-untyped-def]
        return replace(parts, settings=replace(parts.settings, keys=keys))

    async with running(ScriptedSeller(), with_keys) as (client, address, _):
        async with connect(f"ws://{address}/ws/chat") as socket:
            with pytest.raises(ConnectionClosed):
                await socket.recv()
            assert socket.close_code == 4401
        offered: Any = ["xiangyin", f"key.{PUBLIC}"]
        async with connect(f"ws://{address}/ws/chat", subprotocols=offered) as socket:
            assert socket.subprotocol == "xiangyin"
            await socket.send('{"type": "ping"}')
            assert await socket.recv() == '{"type": "pong"}'
        page = await client.get("/")
        assert page.status_code == 401
        assert page.headers["www-authenticate"] == "Bearer"
        assert "密钥" in page.text
        opened = await client.get("/", params={"key": PUBLIC})
        assert f'data-key="{PUBLIC}"' in opened.text


async def test_a_body_over_the_limit_is_refused_while_it_comes() -> None:
    async with running(ScriptedSeller()) as (client, _, _):

        async def endless():  # type: ignore[no-untyped-def]
            for _ in range(100):
                yield b"x" * 10_000

        answer = await client.post("/model/parse", content=endless())
        assert answer.status_code == 413
        assert 'xiangyin_refused_total{reason="size"} 1.0' in (await client.get("/metrics")).text


async def test_a_client_that_sends_far_too_much_reads_why_it_is_refused() -> None:
    async with running(ScriptedSeller()) as (client, _, _):
        for _ in range(3):
            answer = await client.post("/webhooks/rest/webhook", content=b"x" * 30_000_000)
            assert (answer.status_code, answer.headers["connection"]) == (413, "close")
            assert answer.json() == {"error": "a request may have 65536 bytes"}


async def test_a_client_that_asks_first_need_not_send_what_is_refused() -> None:
    async with running(ScriptedSeller()) as (_, address, _):
        host, _, port = address.partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        head = f"POST /model/parse HTTP/1.1\r\nHost: {address}\r\nContent-Length: 200000000\r\nExpect: 100-continue\r\n\r\n"
        writer.write(head.encode())
        assert (await reader.readline()).startswith(b"HTTP/1.1 413 ")
        writer.close()
        await writer.wait_closed()
