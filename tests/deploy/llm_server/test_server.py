"""A model server of ours: started, started again, ended; its adapters come from a registry."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.gateway.server import PortError
from deploy.llm_server.keeping import keep
from deploy.llm_server.launch import Launch, LlmServerError
from deploy.llm_server.server import LlmServer
from deploy.llm_server.wanted import watch_at
from dialogue.adapters.opening import add
from dialogue.adapters.reconciling import VllmReplica
from dialogue.adapters.watch import Watch
from dialogue.bot_files import load_bot
from dialogue.store import EventStore
from tests.dialogue.adapters.folders import adapter_folder, entry

STAND_IN = Path(__file__).with_name("stand_in.py")
MOOD = Path(__file__).parents[2] / "data/bots/mood"


@dataclass
class Scripted:
    """An engine whose program is the stand-in, or any other words."""

    words: tuple[str, ...] = (str(STAND_IN),)
    name: str = "stand-in"

    def check(self, _launch: Launch) -> None:
        pass

    def command(self, launch: Launch) -> list[str]:
        return [sys.executable, *self.words, str(launch.port)]

    def environment(self, _launch: Launch) -> dict[str, str]:
        return {}


@pytest.fixture
def launch(tmp_path: Path) -> Launch:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return Launch(tmp_path, port=free.getsockname()[1])


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def server(launch: Launch, told: list[str]) -> Iterator[LlmServer]:
    opened = LlmServer(Scripted(), launch, told.append, threading.Event())
    yield opened
    opened.end()


@pytest.fixture
def watch(launch: Launch, tmp_path: Path) -> Iterator[Watch]:
    """One live adapter, one that is a draft."""
    shop = tmp_path / "shop"
    shop.mkdir()
    for path in MOOD.rglob("*.yml"):
        target = shop / path.relative_to(MOOD)
        target.parent.mkdir(exist_ok=True)
        target.write_text(path.read_text("utf-8"), "utf-8")
    (shop / "bot.yml").write_text("adapters: {tenant: north, look_s: 0.05, served_from: /elsewhere, linger_s: 0}\n", "utf-8")
    bot = load_bot(shop)
    with closing(EventStore(bot.settings.store_url(shop))) as store:
        found = watch_at(bot, store, [launch.url], ours=True)
        assert found is not None
        for name in ("v1.0-warm", "v1.0-crisp"):
            folder = adapter_folder(tmp_path / name, name)
            add(bot, found.adapters.registry, folder, *entry(folder, name))
        found.adapters.registry.promote("v1.0-warm")
        yield found
        found.close()


def held(launch: Launch) -> list[str]:
    with closing(VllmReplica(launch.url)) as replica:
        return sorted(name.partition("@")[0] for name in replica.adapters())


def test_a_server_that_was_killed_comes_back_with_its_adapters(
    server: LlmServer, watch: Watch, launch: Launch, told: list[str]
) -> None:
    stopping, loaded, again = threading.Event(), threading.Event(), threading.Event()

    def tell(text: str) -> None:
        told.append(text)
        if "loaded north/v1.0-warm" in text:
            (again if loaded.is_set() else loaded).set()

    server.start()
    first = server.pid
    assert first is not None
    keeping = threading.Thread(target=keep, args=(server, watch, tell, stopping))
    keeping.start()
    assert loaded.wait(30)
    assert held(launch) == ["north/v1.0-warm"]
    os.kill(first, signal.SIGKILL)
    assert again.wait(60)
    assert server.pid != first
    assert held(launch) == ["north/v1.0-warm"]
    watch.adapters.registry.promote("v1.0-crisp")
    watch.adapters.registry.retire("v1.0-warm")
    while not any("loaded north/v1.0-crisp" in text and "unloaded north/v1.0-warm" in text for text in told):
        stopping.wait(0.05)
    assert held(launch) == ["north/v1.0-crisp"]
    stopping.set()
    keeping.join()
    assert any("is gone" in text for text in told)


def test_a_server_that_dies_while_it_starts_says_why(launch: Launch, told: list[str]) -> None:
    script = "raise ValueError('head size 20 is not supported')"
    server = LlmServer(Scripted(("-c", script)), launch, told.append, threading.Event())
    with pytest.raises(LlmServerError, match=r"ended while it was starting \(status 1\): ValueError: head size 20 is not"):
        server.start()
    assert server.pid is None


def test_a_port_that_is_taken_is_told_before_anything_is_loaded(server: LlmServer, launch: Launch) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", launch.port))
        other.listen()
        with pytest.raises(PortError, match=f"port {launch.port} .* is taken; choose another with --port"):
            server.start()
    assert server.pid is None


def test_waiting_ends_when_it_is_asked_to(launch: Launch, told: list[str]) -> None:
    stopping = threading.Event()
    stopping.set()
    server = LlmServer(Scripted(("-c", "import time; time.sleep(600)")), launch, told.append, stopping)
    server.start()
    server.end()
    assert server.pid is None
