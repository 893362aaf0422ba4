"""A gateway on a free port around a scripted bot, over real sockets."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx

from deploy.gateway.app import Gateway, GatewayParts, create_gateway
from deploy.gateway.server import Steps, Stopping, open_port, serve
from deploy.settings import GatewaySettings
from dialogue.events import ActionExecuted, BotUttered, Button, Event, SessionStarted, UserUttered
from dialogue.reply import Reply
from dialogue.state import DialogueState
from nlu.understanding import Guess, Need, Understanding


class ScriptedSeller:
    """Says back what it heard. 'buttons' brings buttons, 'end' ends, 'break' fails, 'wait' waits for `release`."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, str, str]] = []
        self.started: list[str] = []
        self.release = threading.Event()

    def start(self, conversation: str, channel: str = "rest") -> Reply:  # noqa: ARG002 (the seam's own)
        known = conversation in self.started
        self.started.append(conversation)
        if known:
            return Reply()
        return Reply((BotUttered("您好,请讲。", "您好,请讲。"),), ("utter_greet",))

    def turn(self, conversation: str, heard: str, channel: str = "rest") -> Reply:
        self.heard.append((conversation, heard, channel))
        if heard == "break":
            raise LookupError("王女士 13800000000")
        if heard == "wait":
            self.release.wait(10)
        said = BotUttered(f"您说的是:{heard}", heard)
        if heard == "buttons":
            said = replace(said, buttons=(Button("好的", "/affirm"),), image="https://example.com/a.png")
        return Reply((said,), ("utter_echo",), hand_over=heard == "human", end=heard == "end")

    def understand(self, text: str) -> Understanding:
        return Understanding(text, (Need("greet", 0.9, (), 0, len(text)),), (), 0.9, (Guess("greet", 0.9),))

    def state(self, conversation: str) -> DialogueState:
        return DialogueState(conversation)

    def events(self, conversation: str) -> tuple[Event, ...]:
        said = [text for name, text, _ in self.heard if name == conversation]
        uttered = tuple(UserUttered(text, self.understand(text)) for text in said)
        return (SessionStarted(), *uttered, ActionExecuted("utter_echo"))


@asynccontextmanager
async def running(
    seller: ScriptedSeller, change: Callable[[GatewayParts], GatewayParts] = lambda parts: parts
) -> AsyncIterator[tuple[httpx.AsyncClient, str, Gateway]]:
    """(an HTTP client, the address as host:port, the gateway)."""
    listener = open_port("127.0.0.1", 0, "--port")
    address = f"127.0.0.1:{listener.getsockname()[1]}"
    gateway = create_gateway(change(GatewayParts(seller, GatewaySettings())))
    ready, stopping = asyncio.Event(), Stopping()

    async def tell() -> None:
        ready.set()

    async def nothing() -> None:
        return

    task = asyncio.create_task(serve(gateway, listener, stopping, Steps(tell, nothing, drain_s=5.0)))
    try:
        await asyncio.wait_for(ready.wait(), 10)
        async with httpx.AsyncClient(base_url=f"http://{address}", timeout=10) as client:
            yield client, address, gateway
    finally:
        seller.release.set()
        stopping.ask()
        await asyncio.wait_for(task, 10)
