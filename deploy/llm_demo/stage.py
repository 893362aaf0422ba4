"""What the demonstration needs: a copy of the bot with two voices in its registry, and a model server of its own."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import yaml

from deploy.bot import SalesBot
from deploy.llm_server.keeping import bring
from deploy.llm_server.launch import Engine, Launch, LlmServerError
from deploy.llm_server.server import LlmServer
from deploy.llm_server.wanted import complete, watch_at
from dialogue.adapters.files import read_adapter
from dialogue.adapters.opening import add, described, swap
from dialogue.adapters.watch import Watch
from dialogue.bot_files import Bot, load_bot
from dialogue.store import EventStore

TENANT = "demo"
VOICES = {"warm": "standard", "crisp": "expert"}
"""Line of a voice: the persona that it speaks for."""
HOLD_S = 3600.0
"""The line may be silent while the model server comes back."""
Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Models:
    """Folders of the base, of the adapters by their line, and the program that serves them."""

    base: Path
    voices: dict[str, Path]
    engine: Engine


def prepare(source: Path, out: Path, models: Models) -> tuple[Path, int]:
    """A copy of the bot with its voices live; its folder, and the port that it asks for words. Raises ValueError."""
    for folder in (models.base, *models.voices.values()):
        if not folder.is_dir():
            raise LlmServerError(f"{folder}: is not there; `make models-style` makes the base and both voices")
    folder = out / "bot"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("*.sqlite*", "adapters"))
    port = _free_port()
    _settle(folder / "bot.yml", models, port)
    bot = load_bot(folder)
    with closing(EventStore(bot.settings.store_url(folder))) as store:
        watch = watch_at(bot, store, (), ours=True)
        if watch is None:
            raise LlmServerError(f"{folder}: bot.yml has no adapters")
        for line, place in models.voices.items():
            files = read_adapter(place)
            entered = described(files, f"v1.0-{line}", persona=VOICES.get(line, ""))
            add(bot, watch.adapters.registry, place, entered, files)
            watch.adapters.registry.promote(entered.name)
        watch.close()
    return folder, port


def _settle(path: Path, models: Models, port: int) -> None:
    """What the copy's bot.yml says otherwise: where the model is, whose adapters, and that nobody is asked for his silence."""
    values = yaml.safe_load(path.read_text(encoding="utf-8"))
    values["models"] = {**values.get("models", {}), "llm": {"url": f"http://127.0.0.1:{port}/v1", "model": "base", "rest_s": 2.0}}
    values["adapters"] = {"tenant": TENANT, "base": str(models.base.resolve())}
    voice = values.get("channels", {}).get("voice", {})
    values["channels"] = {**values.get("channels", {}), "voice": {**voice, "silence_s": HOLD_S}}
    path.write_text(yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=1000), encoding="utf-8")


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


class Stage:
    """The bot and its model server; `seconds` are those of each start."""

    def __init__(self, folder: Path, port: int, models: Models, tell: Tell) -> None:
        self.bot = SalesBot.load(folder, progress=tell)
        self.seconds: list[float] = []
        self._tell = tell
        parsed: Bot = self.bot.bot
        launch = Launch(models.base, port=port)
        watch = watch_at(parsed, self.bot.store, (launch.url,), ours=True)
        if watch is None:
            raise LlmServerError(f"{folder}: bot.yml has no adapters")
        self._watch: Watch = watch
        self.server = LlmServer(models.engine, complete(launch, parsed, watch, ()), tell, threading.Event())

    def open(self) -> None:
        """Start it with both voices. Raises LlmServerError."""
        self.seconds.append(self.server.start())
        bring(self._watch, self._tell)

    def kill(self) -> None:
        """As a machine does it: at once, and with nothing said."""
        if self.server.pid is not None:
            self._tell(f"the model server (process {self.server.pid}) is killed")
            os.kill(self.server.pid, signal.SIGKILL)

    def open_again(self) -> None:
        """Start it anew; its registry's adapters come back. Raises LlmServerError."""
        self.seconds.append(self.server.restart())
        bring(self._watch, self._tell)

    def swap(self, conversation: str, persona: str) -> None:
        """Let another voice speak from the next turn on."""
        self._tell(f"from here on persona '{persona}' speaks")
        swap(self.bot.store, conversation, {"persona": persona})

    def close(self) -> None:
        self._watch.close()
        self.bot.close()
        self.server.end()
