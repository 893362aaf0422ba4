"""A real vLLM holds what the registry wants: at its start, while it runs, and after it was killed. `make test-vllm` runs this."""

from __future__ import annotations

import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from deploy.llm_server.keeping import keep
from deploy.llm_server.launch import Launch
from deploy.llm_server.server import LlmServer
from deploy.llm_server.vllm import Vllm
from deploy.llm_server.wanted import complete, watch_at
from dialogue.adapters.files import read_adapter
from dialogue.adapters.opening import add, described
from dialogue.adapters.watch import Watch
from dialogue.bot_files import Bot, load_bot
from dialogue.llm import ChatClient, ChatRequest, LlmError, LlmSettings, Said
from dialogue.store import EventStore
from tests.deploy.llm_server.conftest import CRISP, WARM, Made

MOOD = Path(__file__).parents[2] / "data/bots/mood"
ENVIRONMENT = os.environ.get("XIANGYIN_TEST_VLLM")
pytestmark = [
    pytest.mark.skipif(ENVIRONMENT is None, reason="no vLLM: XIANGYIN_TEST_VLLM is not set; `make test-vllm` sets it"),
    pytest.mark.timeout(1800),  # on a busy CPU a start takes minutes
]
WITHIN_S = 900.0


@dataclass
class Running:
    """A vLLM of ours with a bot's registry behind it."""

    server: LlmServer
    watch: Watch
    told: list[str] = field(default_factory=list)

    @property
    def names(self) -> dict[str, str]:
        """Adapter: its name on the server."""
        roster = self.watch.adapters.roster
        return {adapter.name: roster.served(adapter) for adapter in roster.adapters}

    def says(self, model: str) -> str:
        """What the server answers; the fault where it does not know the model."""
        settings = LlmSettings(self.server.launch.url, model, deadline_s=60.0, failures=100)
        with closing(ChatClient(settings)) as client:
            try:
                return client.complete(ChatRequest((Said("user", "一个月多少钱"),), max_tokens=24))
            except LlmError as fault:
                return fault.kind

    def until(self, holds: Callable[[], bool]) -> float:
        """Wait until it is so; seconds."""
        begun = time.monotonic()
        while not holds():
            assert time.monotonic() - begun < WITHIN_S
            time.sleep(0.2)  # another program's work is waited for
        return time.monotonic() - begun


def bot_in(folder: Path) -> Bot:
    for path in MOOD.rglob("*.yml"):
        target = folder / path.relative_to(MOOD)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(path.read_text("utf-8"), "utf-8")
    (folder / "bot.yml").write_text("adapters: {tenant: north, look_s: 1, linger_s: 0}\n", "utf-8")
    return load_bot(folder)


@pytest.fixture
def running(made: Made, tmp_path: Path) -> Iterator[Running]:
    bot, stopping = bot_in(tmp_path / "shop"), threading.Event()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        launch = Launch(made.base, port=free.getsockname()[1], context=256)
    with closing(EventStore(bot.settings.store_url(bot.folder))) as store:
        watch = watch_at(bot, store, [launch.url], ours=True)
        assert watch is not None
        registry = watch.adapters.registry
        for name, folder in (("v1.0-warm", made.warm), ("v1.0-crisp", made.crisp)):
            files = read_adapter(folder)
            add(bot, registry, folder, described(files, name), files)
            registry.promote(name)
        watch.adapters.refresh()
        server = LlmServer(Vllm(Path(str(ENVIRONMENT))), complete(launch, bot, watch, ()), print, stopping)
        opened = Running(server, watch)
        keeping = threading.Thread(target=keep, args=(server, watch, opened.told.append, stopping))
        try:
            seconds = server.start()
            print(f"vLLM answered after {seconds:.1f} s")
            keeping.start()
            yield opened
        finally:
            stopping.set()
            if keeping.is_alive():
                keeping.join()
            server.end()
            watch.close()


def resident_mb(pid: int) -> float:
    """Of a process and all that it started, what they share counted once."""
    pids, total = [pid], 0.0
    for one in pids:
        for line in Path(f"/proc/{one}/smaps_rollup").read_text("utf-8").splitlines():
            total += int(line.split()[1]) / 1024 if line.startswith("Pss:") else 0.0
        for thread in Path(f"/proc/{one}/task").iterdir():
            pids += [int(child) for child in (thread / "children").read_text("utf-8").split()]
    return total


def test_two_voices_on_one_base_come_go_and_come_back_after_a_kill(running: Running) -> None:
    warm, crisp = (running.names[name] for name in ("v1.0-warm", "v1.0-crisp"))
    running.until(lambda: running.says(crisp) == CRISP)
    assert running.says(warm) == WARM
    assert running.says("base") not in (WARM, CRISP)
    pid = running.server.pid
    assert pid is not None
    print(f"memory {resident_mb(pid):.0f} MB")

    registry = running.watch.adapters.registry
    registry.retire("v1.0-crisp")
    print(f"unloaded after {running.until(lambda: running.says(crisp) == 'refused'):.1f} s")
    assert running.says(warm) == WARM
    registry.promote("v1.0-crisp")
    print(f"loaded after {running.until(lambda: running.says(crisp) == CRISP):.1f} s")

    os.kill(pid, signal.SIGKILL)
    seconds = running.until(lambda: running.says(crisp) == CRISP and running.says(warm) == WARM)
    print(f"killed; both voices back after {seconds:.1f} s")
    assert running.server.pid != pid
    assert running.server.starts == 2
