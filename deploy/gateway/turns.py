"""Turns of the bot, run in threads with a limit: beyond it a caller is refused at once instead of everybody waiting."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

from deploy.metrics import Metrics
from dialogue.events import Event
from dialogue.reply import Reply
from dialogue.state import DialogueState
from nlu.understanding import Understanding

log = logging.getLogger(__name__)
Result = TypeVar("Result")


class Seller(Protocol):
    """What the text channels need of deploy.bot.SalesBot."""

    def start(self, conversation: str, channel: str = "rest") -> Reply: ...
    def turn(self, conversation: str, heard: str, channel: str = "rest") -> Reply: ...
    def understand(self, text: str) -> Understanding: ...
    def state(self, conversation: str) -> DialogueState: ...
    def events(self, conversation: str) -> tuple[Event, ...]: ...


class BusyError(Exception):
    """More turns than the gateway takes at once, or it is stopping; try again later."""


class TurnError(Exception):
    """The turn failed inside; it was logged and counted, and nothing of it was answered."""


class Turns:
    """Runs the bot's blocking functions for the event loop."""

    def __init__(self, bot: Seller, metrics: Metrics, limit: int, threads: int) -> None:
        self.bot = bot
        self.metrics = metrics
        self.under_way = 0
        self.stopping = False
        self._limit = limit
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="turn")

    async def turn(self, conversation: str, text: str, channel: str) -> Reply:
        """Answer one typed utterance. Raises BusyError and TurnError."""
        reply = await self.run(lambda: self.bot.turn(conversation, text, channel), conversation)
        self.metrics.turn(channel, reply)
        return reply

    async def start(self, conversation: str, channel: str) -> Reply:
        """Begin a conversation, or go on with it (an empty reply). Raises BusyError and TurnError."""
        return await self.run(lambda: self.bot.start(conversation, channel), conversation)

    async def run(self, work: Callable[[], Result], conversation: str = "") -> Result:
        """Do blocking work in a thread, within the limit. Raises BusyError and TurnError."""
        if self.stopping or self.under_way >= self._limit:
            self.metrics.refused("busy")
            raise BusyError
        self._count(1)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        except Exception as fault:  # the one place where a fault of any part must not end the process
            self.metrics.error(type(fault).__name__)
            log.exception("a turn failed", extra={"conversation": conversation})
            raise TurnError from fault
        finally:
            self._count(-1)

    def _count(self, more: int) -> None:
        self.under_way += more
        self.metrics.under_way(self.under_way)

    async def check(self, check: Callable[[], str]) -> str:
        """Ask one question of readiness in a thread, outside the limit."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, check)

    async def drain(self, within_s: float) -> bool:
        """Take no more turns and wait for those under way; whether all ended in time."""
        self.stopping = True
        deadline = asyncio.get_running_loop().time() + within_s
        while self.under_way and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.02)
        return self.under_way == 0

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
