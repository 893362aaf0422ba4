"""xiangyin serve-llm: a model server with a bot's base and exactly the adapters that its registry wants."""

from __future__ import annotations

import argparse
import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deploy.terminal import add_command, progress

if TYPE_CHECKING:
    import threading

    from deploy.llm_server.launch import Engine, Launch
    from dialogue.adapters.watch import Watch
    from dialogue.bot_files import Bot

EXAMPLE = """xiangyin serve-llm mybot
         xiangyin serve-llm --base build/models/style_base --adapter warm=build/models/style_warm
         xiangyin serve-llm mybot --engine llama.cpp --base build/models/style_base-gguf-int4
         xiangyin serve-llm mybot --url http://10.0.0.11:8000/v1 --url http://10.0.0.12:8000/v1"""
ENGINES = ("vllm", "llama.cpp")


def add(subparsers: Any) -> None:
    """Describe the command."""
    parser = add_command(subparsers, "serve-llm", "a language model and its adapters behind one address", EXAMPLE)
    parser.add_argument("bot", nargs="?", type=Path, metavar="BOT", help="the bot whose registry says which adapters are wanted")
    parser.add_argument("--engine", choices=ENGINES, default="vllm", help="llama.cpp serves a GGUF without a GPU (default: vllm)")
    parser.add_argument("--base", type=Path, metavar="FOLDER", help="the base model (default: adapters: {base: ...} of bot.yml)")
    parser.add_argument("--adapter", action="append", default=[], metavar="NAME=FOLDER", help="one more adapter; may be repeated")
    parser.add_argument("--url", action="append", default=[], help="bring servers that run elsewhere to what is wanted instead")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, help="(default: that of models: {llm: {url: ...}} in bot.yml, else 8100)")
    parser.add_argument("--name", help="name of the base in requests (default: models: {llm: {model: ...}}, else base)")
    parser.add_argument("--context", type=int, help="tokens of a prompt and its answer (default: 2048, or what the base allows)")
    parser.add_argument("--environment", type=Path, metavar="DIR", help="where vLLM is installed (default: build/vllm-venv)")
    parser.add_argument("--verbose", action="store_true", help="show what the server prints")


def run(arguments: argparse.Namespace) -> int:
    """Start, tell the address once it answers with its adapters, keep it so; end it at SIGTERM or Ctrl-C."""
    import threading

    from deploy.logs import configure
    from dialogue.bot_files import load_bot

    configure("warning")
    stopping = threading.Event()
    _on_signals(stopping)
    bot = None if arguments.bot is None else load_bot(arguments.bot)
    with contextlib.ExitStack() as opened:
        if arguments.url:
            return _elsewhere(arguments, bot, stopping, opened)
        return _here(arguments, bot, stopping, opened)


def _here(arguments: argparse.Namespace, bot: Bot | None, stopping: threading.Event, opened: contextlib.ExitStack) -> int:
    """A server of our own."""
    from deploy.llm_server.keeping import bring, keep
    from deploy.llm_server.server import LlmServer

    engine = _engine(arguments)
    launch, watch = _planned(arguments, bot, opened)
    server = LlmServer(engine, launch, progress, stopping, progress if arguments.verbose else None)
    opened.callback(server.end)
    _warn(launch)
    seconds = server.start()
    if watch is not None and not stopping.is_set():
        bring(watch, progress)
    if not stopping.is_set():
        print(f"{launch.url}  {' + '.join((launch.model, *server.adapters()))}  ready after {seconds:.0f} s", flush=True)
    keep(server, watch, progress, stopping)
    return 0


def _elsewhere(arguments: argparse.Namespace, bot: Bot | None, stopping: threading.Event, opened: contextlib.ExitStack) -> int:
    """Servers that others started."""
    from deploy.llm_server.keeping import keep
    from deploy.llm_server.launch import LlmServerError
    from deploy.llm_server.wanted import watch_at

    watch = None if bot is None else watch_at(bot, _store(bot, opened), arguments.url, ours=False)
    if watch is None:
        raise LlmServerError("--url needs a bot with adapters: {tenant: ...} in its bot.yml, whose registry says what is wanted")
    opened.callback(watch.close)
    progress(f"looking after {', '.join(arguments.url)} every {watch.adapters.settings.look_s:g} s")
    keep(None, watch, progress, stopping)
    return 0


def _planned(arguments: argparse.Namespace, bot: Bot | None, opened: contextlib.ExitStack) -> tuple[Launch, Watch | None]:
    """What is to be started, and who brings it to what is wanted. Raises LlmServerError, RegistryError, AdapterFilesError."""
    from deploy.llm_server import wanted
    from deploy.llm_server.launch import CONTEXT, Launch
    from deploy.llm_server.llama_cpp import gguf_of

    llm = None if bot is None else bot.settings.models.llm
    base = wanted.base_of(bot, arguments.base)
    if arguments.engine == "llama.cpp":
        base = gguf_of(base)
    launch = Launch(
        base,
        model=arguments.name or ("base" if llm is None else llm.model),
        host=arguments.host,
        port=arguments.port or _port("" if llm is None else llm.url),
        context=arguments.context or CONTEXT,
        key=_key(bot),
    )
    fixed = wanted.fixed_adapters(arguments.adapter)
    watch = None if bot is None else wanted.watch_at(bot, _store(bot, opened), [launch.url], ours=True)
    if watch is not None:
        opened.callback(watch.close)
    return wanted.complete(launch, bot, watch, fixed), watch


def _engine(arguments: argparse.Namespace) -> Engine:
    from deploy.llm_server.llama_cpp import LlamaCpp
    from deploy.llm_server.vllm import ENVIRONMENT, Vllm

    return LlamaCpp() if arguments.engine == "llama.cpp" else Vllm(arguments.environment or ENVIRONMENT)


def _store(bot: Bot, opened: contextlib.ExitStack) -> Any:  # Any: an EventStore, imported when it is needed
    from dialogue.store import EventStore

    return opened.enter_context(contextlib.closing(EventStore(bot.settings.store_url(bot.folder))))


def _port(url: str) -> int:
    from urllib.parse import urlsplit

    return urlsplit(url).port or 8100


def _key(bot: Bot | None) -> str:
    """The key that the bot sends to its model server, where it sends one."""
    import os

    if bot is None or bot.settings.models.llm is None:
        return ""
    name = bot.settings.adapters.key_env or bot.settings.models.llm.key_env
    return os.environ.get(name, "") if name else ""


def _warn(launch: Launch) -> None:
    """Who may ask a model server may load anything on it."""
    if launch.host not in ("127.0.0.1", "::1", "localhost") and not launch.key:
        progress(
            f"{launch.host}: whoever reaches this address may load adapters; name a 'key_env' in bot.yml's models: {{llm: ...}}"
        )


def _on_signals(stopping: threading.Event) -> None:
    import signal

    def stop(_number: int, _frame: Any) -> None:  # Any: a frame, which nobody looks at
        stopping.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
