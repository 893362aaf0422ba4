"""xiangyin run: the gateway of a bot, with all its channels."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import socket
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deploy.terminal import add_command, progress

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from deploy.gateway.app import Gateway
    from deploy.gateway.calls import Calls
    from deploy.metrics import Metrics
    from deploy.settings import GatewaySettings
    from deploy.versions.live import LiveBot
    from deploy.versions.reloading import Reloader
    from dialogue.adapters.watch import Watch
    from dialogue.bot_files import Bot
    from dialogue.reply import Reply

LEVELS = ("debug", "info", "warning", "error")


def add(subparsers: Any) -> None:
    """Describe the command."""
    parser = add_command(
        subparsers, "run", "open a bot to browsers, telephones and programs", "xiangyin run examples/cloud_sales --port 8000"
    )
    parser.add_argument("bot", type=Path, metavar="BOT", help="the bot's folder")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, default=8000, help="port of HTTP and WebSockets (default: 8000)")
    parser.add_argument("--audiosocket-port", type=int, default=9092, help="port for Asterisk's AudioSocket (default: 9092)")
    parser.add_argument("--text-only", action="store_true", help="no speech and no telephony")
    parser.add_argument("--keys", type=Path, metavar="FILE", help="keys that callers of the gateway must have, one a line")
    parser.add_argument("--max-calls", type=int, default=20, help="calls at once; one more hears the busy tone (default: 20)")
    parser.add_argument("--log-level", choices=LEVELS, default="warning", help="(default: warning)")


def run(arguments: argparse.Namespace) -> int:
    """Listen first, so that a taken port is told at once; then load, serve, and end in order at SIGTERM."""
    from deploy.gateway.server import open_port
    from deploy.logs import configure

    configure(arguments.log_level)
    settings = _settings(arguments)
    with contextlib.ExitStack() as ports:
        listener = ports.enter_context(open_port(settings.host, settings.port, "--port"))
        telephone = None
        if settings.audiosocket_port is not None:
            telephone = ports.enter_context(open_port(settings.host, settings.audiosocket_port, "--audiosocket-port"))
        from deploy.versions.opening import open_live

        reloader = open_live(arguments.bot, progress=progress)
        own = reloader.live.bot.settings
        waiting = settings.turn_threads if own.models.llm is None else settings.max_turns  # a language model is waited for
        settings = replace(settings, max_message=own.channels.text.max_chars, turn_threads=waiting)
        try:
            asyncio.run(_serve(reloader, settings, listener, telephone))
        finally:
            reloader.close()
            reloader.live.close()
    return 0


def _settings(arguments: argparse.Namespace) -> GatewaySettings:
    from deploy.auth import Keys, read_keys
    from deploy.settings import GatewaySettings, bot_keys_file

    file = arguments.keys or bot_keys_file(arguments.bot)
    return GatewaySettings(
        host=arguments.host,
        port=arguments.port,
        audiosocket_port=None if arguments.text_only else arguments.audiosocket_port,
        keys=Keys() if file is None else read_keys(file),
        max_calls=arguments.max_calls,
    )


async def _serve(reloader: Reloader, settings: GatewaySettings, listener: socket.socket, telephone: socket.socket | None) -> None:
    from deploy.gateway.app import GatewayParts, bot_title, create_gateway
    from deploy.gateway.server import Steps, Stopping, serve
    from deploy.generative.figures import GenerativeMetrics
    from deploy.metrics import Metrics
    from deploy.reminders import Reminders
    from dialogue.after_call.opening import after_calls_of
    from dialogue.outbox import courier_of
    from dialogue.retention import Retention

    metrics, bot = Metrics(), reloader.live
    calls = None if telephone is None else _calls(bot, settings, metrics)
    if calls is None and telephone is not None:
        telephone.close()
        telephone = None
    watch = _watch(bot, metrics)
    metrics.registry.register(GenerativeMetrics(lambda: _understood(bot)))
    parts = GatewayParts(
        bot=bot,
        settings=settings,
        metrics=metrics,
        voice=None if calls is None else calls.voice,
        title=bot_title(bot.bot.folder),
        checks={"store": lambda: _store_fault(bot)},
        reloader=reloader,
        adapters=watch,
    )
    gateway = create_gateway(parts)
    courier = courier_of(bot.store, lambda: bot.bot.settings.webhooks)
    after_calls = after_calls_of(lambda: bot.bot, bot.store, bot.shared.adapters)
    reminders = Reminders(bot, _shown_by(gateway, asyncio.get_running_loop()))
    retention = Retention(lambda: bot.bot, bot.store)
    stopping = Stopping()
    stopping.on_signals()

    async def ready() -> None:
        if calls is not None:
            reloader.changed = _renewing(calls, asyncio.get_running_loop())
        reloader.start()
        courier.start()
        reminders.start()
        retention.start()
        if after_calls is not None:
            after_calls.start()
        if watch is not None:
            watch.start()
        if calls is not None and telephone is not None:
            await calls.start(telephone)  # its first work keeps a core busy for seconds
        print(addresses(listener, telephone, settings), flush=True)

    async def stop() -> None:
        await asyncio.to_thread(reloader.close)
        if calls is not None:
            await calls.stop(settings.drain_s)
        if after_calls is not None:
            await asyncio.to_thread(after_calls.close)
        await asyncio.to_thread(courier.close)
        await asyncio.to_thread(reminders.close)
        await asyncio.to_thread(retention.close)
        if watch is not None:
            await asyncio.to_thread(watch.close)

    await serve(gateway, listener, stopping, Steps(ready, stop, settings.drain_s))


def _understood(bot: LiveBot) -> Mapping[str, int]:
    """What became of the sentences that a language model was to understand; nothing where none is asked."""
    generative = bot.current.bot.generative
    return {} if generative is None else generative.counted()


def _watch(bot: LiveBot, metrics: Metrics) -> Watch | None:
    """Who looks after the adapters of the language model, where the bot has any."""
    adapters = bot.shared.adapters
    if adapters is None:
        return None
    from deploy.adapter_metrics import AdapterMetrics
    from dialogue.adapters.opening import watch_of

    watch = watch_of(bot.bot, adapters)
    watch.told = AdapterMetrics(metrics.registry).take
    return watch


def _renewing(calls: Calls, loop: asyncio.AbstractEventLoop) -> Callable[[Bot], None]:
    """Lets calls take up a new version; called in the thread of the reloader."""

    def renewed(bot: Bot) -> None:
        calls.expect(bot)
        loop.call_soon_threadsafe(calls.renew, bot)

    return renewed


def _shown_by(gateway: Gateway, loop: asyncio.AbstractEventLoop) -> Callable[[str, Reply], None]:
    """Brings what the bot says unasked to the chat window of its conversation."""

    def said(conversation: str, reply: Reply) -> None:
        asyncio.run_coroutine_threadsafe(gateway.windows.say(conversation, reply), loop)

    return said


def _calls(bot: LiveBot, settings: GatewaySettings, metrics: Metrics) -> Calls | None:
    """Speech and telephony; without a recogniser the bot is still there for those who type."""
    from asr.recogniser import RecogniserError
    from deploy.gateway.calls import open_calls

    try:
        return open_calls(bot, settings, metrics)
    except RecogniserError as fault:
        progress(f"no speech, text channels only: {fault}")
        return None


def _store_fault(bot: LiveBot) -> str:
    """What keeps the store from being used; '' when nothing does."""
    from dialogue.store import StoreError

    try:
        bot.store.check()
    except StoreError as fault:
        return str(fault)
    return ""


def addresses(listener: socket.socket, telephone: socket.socket | None, settings: GatewaySettings) -> str:
    """Where the bot is to be found, a line each."""
    port = listener.getsockname()[1]
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    web, sockets = f"http://{host}:{port}", f"ws://{host}:{port}"
    lines = [
        ("page", f"{web}/"),
        ("widget", f"{web}/widget.js"),
        ("REST", f"{web}/webhooks/rest/webhook"),
        ("chat", f"{sockets}/ws/chat"),
        ("health", f"{web}/health  /ready  /metrics"),
    ]
    if telephone is not None:
        lines.insert(4, ("voice", f"{sockets}/ws/voice"))
        lines.insert(5, ("telephone", f"AudioSocket {host}:{telephone.getsockname()[1]}"))
    access = "a key is needed (Authorization: Bearer KEY)" if settings.keys else "this machine only"
    return "\n".join([f"ready; {access}; Ctrl-C ends", *(f"  {name:<11}{where}" for name, where in lines)])
