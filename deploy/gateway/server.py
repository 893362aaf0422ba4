"""Serving a gateway: its ports, its signals, its orderly end."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

import uvicorn

from deploy.gateway.app import Gateway
from deploy.settings import MAX_BODY

log = logging.getLogger(__name__)

BACKLOG = 1024
KEEP_ALIVE_S = 75
"""Longer than the 60 s for which proxies keep an idle connection: the side that sends next must not be the last to know."""
Step = Callable[[], Awaitable[None]]


class PortError(ValueError):
    """A port that cannot be listened on; one line that says which and why."""


def open_port(host: str, port: int, option: str) -> socket.socket:
    """Listen at once, before anything slow is loaded, so that a port already taken is told in the first moment.

    `option` is the command's option that chooses the port. Port 0 takes a free one. Raises PortError.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except (OSError, OverflowError) as fault:
        listener.close()
        taken = isinstance(fault, OSError) and fault.errno == errno.EADDRINUSE
        why = f"is taken; choose another with {option}" if taken else f"cannot be listened on: {fault}"
        raise PortError(f"port {port} on {host} {why}") from None
    listener.setblocking(False)
    return listener


class _Server(uvicorn.Server):
    """uvicorn without its signal handlers: they end the process by the signal; here it ends with status 0."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Stopping:
    """When the gateway is to end: asked once, it ends in order; asked again, at once."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.forced = asyncio.Event()

    def ask(self) -> None:
        (self.forced if self.asked.is_set() else self.asked).set()

    def on_signals(self) -> None:
        """Let SIGTERM and SIGINT ask; only in the main thread."""
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self.ask)


@dataclass(frozen=True, slots=True)
class Steps:
    """What the program does around serving: `ready` once requests are answered, `stop` to let the calls end."""

    ready: Step
    stop: Step
    drain_s: float = 20.0


async def serve(gateway: Gateway, listener: socket.socket, stopping: Stopping, steps: Steps) -> None:
    """Serve until `stopping` is asked; then no new turns, the calls end, the turns under way end, the sockets close."""
    server = _Server(_config(gateway))
    serving = asyncio.create_task(server.serve([listener]))
    await _started(server, serving)
    await steps.ready()
    await _first(serving, asyncio.create_task(stopping.asked.wait()))
    gateway.turns.stopping = True
    ending = asyncio.create_task(_end(gateway, steps))
    if ending not in await _first(ending, asyncio.create_task(stopping.forced.wait()), within_s=steps.drain_s):
        log.warning("stopped before every call and turn had ended", extra={"turns": gateway.turns.under_way})
    server.force_exit = stopping.forced.is_set()
    server.should_exit = True
    await serving
    gateway.turns.close()


async def _end(gateway: Gateway, steps: Steps) -> None:
    await steps.stop()
    await gateway.turns.drain(steps.drain_s)


async def _first(wanted: asyncio.Task[None], other: asyncio.Task[bool], within_s: float | None = None) -> set[object]:
    """Wait for either; the other one is cancelled, `wanted` only where `within_s` limits the wait."""
    done, _ = await asyncio.wait({wanted, other}, timeout=within_s, return_when=asyncio.FIRST_COMPLETED)
    other.cancel()
    if within_s is not None:
        wanted.cancel()
    return set(done)


def _config(gateway: Gateway) -> uvicorn.Config:
    return uvicorn.Config(
        gateway.app,
        access_log=False,
        log_config=None,
        ws="websockets-sansio",
        ws_max_size=MAX_BODY,
        ws_per_message_deflate=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=5,
    )


async def _started(server: uvicorn.Server, serving: asyncio.Task[None]) -> None:
    while not server.started and not serving.done():
        await asyncio.sleep(0.005)
    if serving.done():
        serving.result()
