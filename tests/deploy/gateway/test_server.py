from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from websockets.asyncio.client import connect

from deploy.gateway.server import PortError, open_port

ROOT = Path(__file__).parents[3]


@pytest.fixture
def process() -> Iterator[subprocess.Popen[str]]:
    started = subprocess.Popen(
        [sys.executable, "-m", "tests.deploy.gateway.scripted_gateway"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    yield started
    started.kill()
    started.wait(10)
    if started.stdout is not None:
        started.stdout.close()


def port_of(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    return int(process.stdout.readline())


async def test_at_sigterm_the_turn_under_way_is_answered_and_the_process_ends_with_0(process: subprocess.Popen[str]) -> None:
    port = port_of(process)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=20) as client:
        turn = asyncio.create_task(client.post("/webhooks/rest/webhook", json={"sender": "a", "message": "wait"}))
        while "xiangyin_turns_under_way 1.0" not in (await client.get("/metrics")).text:
            await asyncio.sleep(0)
        process.send_signal(signal.SIGTERM)
        answer = await turn
    assert answer.json() == [{"recipient_id": "a", "text": "您说的是:wait"}]
    assert process.wait(15) == 0


async def test_an_open_chat_does_not_keep_the_process_from_ending(process: subprocess.Popen[str]) -> None:
    port = port_of(process)
    async with connect(f"ws://127.0.0.1:{port}/ws/chat") as socket:
        await socket.send(json.dumps({"type": "ping"}))
        await socket.recv()
        process.send_signal(signal.SIGINT)
        await socket.wait_closed()
        assert socket.close_code == 1012
    assert await asyncio.to_thread(process.wait, 15) == 0


def test_a_taken_port_is_one_line_that_names_the_option() -> None:
    taken = open_port("127.0.0.1", 0, "--port")
    port = taken.getsockname()[1]
    with pytest.raises(PortError, match=rf"port {port} on 127\.0\.0\.1 is taken; choose another with --port"):
        open_port("127.0.0.1", port, "--port")
    taken.close()


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 70_000), ("192.0.2.1", 0)])
def test_a_port_that_cannot_be_is_told(host: str, port: int) -> None:
    with pytest.raises(PortError, match="cannot be listened on"):
        open_port(host, port, "--port")
