"""/ws/chat: the chat windows. A conversation outlives its socket: a window that comes back goes on where it was."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from collections import OrderedDict

from fastapi import APIRouter, WebSocket
from starlette.websockets import WebSocketDisconnect

from deploy.gateway import frames
from deploy.gateway.frames import FrameError, MessageError, Ping, SessionRequest, Uttered
from deploy.gateway.rest import JSON
from deploy.gateway.turns import BusyError, TurnError, Turns
from dialogue.reply import Reply

CHANNEL = "chat"
REMEMBERED = 1000
"""Conversations whose last answer is kept for a window that lost its line before the answer came."""
TRY_AGAIN_LATER = 1013


class LastAnswers:
    """The last message of each conversation and its answer, so that a message sent again is not answered again."""

    def __init__(self, turns: Turns) -> None:
        self.turns = turns
        self._last: OrderedDict[str, tuple[str, asyncio.Task[Reply]]] = OrderedDict()

    async def answer(self, session_id: str, said: Uttered) -> Reply:
        """The reply to a message. Goes on to its end, and is stored, if the window goes away meanwhile."""
        last_id, task = self._last.get(session_id, ("", None))
        if task is None or not said.id or said.id != last_id or _failed(task):
            task = asyncio.create_task(self.turns.turn(session_id, said.message, CHANNEL))
            task.add_done_callback(_failed)  # asks for the error, which asyncio would otherwise log as never retrieved
            self._last[session_id] = (said.id, task)
            self._last.move_to_end(session_id)
            while len(self._last) > REMEMBERED:
                self._last.popitem(last=False)
        return await asyncio.shield(task)


class Windows:
    """The chat windows that are open, by their conversation: for what the bot says unasked."""

    def __init__(self) -> None:
        self._open: dict[str, Window] = {}

    def opened(self, session_id: str, window: Window) -> None:
        self._open[session_id] = window

    def closed(self, window: Window) -> None:
        self._open = {session_id: other for session_id, other in self._open.items() if other is not window}

    async def say(self, session_id: str, reply: Reply) -> None:
        """Show a reply where the conversation's window is open; else it is only in the store."""
        window = self._open.get(session_id)
        if window is not None and reply.messages:
            with contextlib.suppress(WebSocketDisconnect):
                await window.say(reply)


def _failed(task: asyncio.Task[Reply]) -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)


class Window:
    """One chat window on one socket."""

    def __init__(self, socket: WebSocket, answers: LastAnswers, max_message: int, windows: Windows) -> None:
        self._socket = socket
        self._windows = windows
        self._answers = answers
        self._turns = answers.turns
        self._max_message = max_message
        self._session_id = ""

    async def serve(self) -> None:
        """Answer frames until the window goes away or sends rubbish."""
        await self._socket.accept()
        try:
            while True:
                await self._answer(await self._text())
        except FrameError as fault:
            self._turns.metrics.refused("rubbish")
            await self._socket.close(fault.code, str(fault))
        except WebSocketDisconnect:
            return
        finally:
            self._windows.closed(self)

    async def say(self, reply: Reply) -> None:
        """Show what was not asked for. Raises WebSocketDisconnect."""
        await self._send(frames.uttered(reply))

    async def _text(self) -> str:
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1000))
        text = message.get("text")
        if not isinstance(text, str):
            raise FrameError(1003, "frames are text")
        return text

    async def _answer(self, text: str) -> None:
        try:
            frame = frames.read_frame(text, self._max_message)
        except MessageError as fault:
            await self._send(frames.error(fault.code, str(fault)))
            return
        own_id = frame.id if isinstance(frame, Uttered) else ""
        try:
            match frame:
                case Ping():
                    await self._send({"type": "pong"})
                case SessionRequest(session_id=session_id):
                    await self._open(session_id)
                case Uttered():
                    await self._reply(frame)
        except BusyError:
            await self._send(frames.error("busy", "too many customers at once; try again in a moment", own_id))
        except TurnError:
            await self._send(frames.error("failed", "the answer failed; try again", own_id))

    async def _open(self, session_id: str) -> None:
        session_id = session_id or secrets.token_urlsafe(24)
        greeting = await self._turns.start(session_id, CHANNEL)
        self._session_id = session_id
        self._windows.opened(session_id, self)
        await self._send(frames.confirmed(session_id, resumed=not greeting.actions))
        if greeting.messages:
            await self._send(frames.uttered(greeting))

    async def _reply(self, said: Uttered) -> None:
        if not self._session_id:
            await self._open("")
        await self._send({"type": "typing"})
        await self._send(frames.uttered(await self._answers.answer(self._session_id, said), said.id))

    async def _send(self, frame: JSON) -> None:
        try:
            await self._socket.send_text(json.dumps(frame, ensure_ascii=False))
        except RuntimeError:  # starlette's answer to a socket that closed meanwhile
            raise WebSocketDisconnect(1006) from None


def chat_routes(turns: Turns, max_chats: int, max_message: int, shown: Windows | None = None) -> APIRouter:
    """The route, with a limit on open windows; `shown` knows those that are."""
    routes = APIRouter()
    known = shown or Windows()
    answers = LastAnswers(turns)
    windows = 0

    @routes.websocket("/ws/chat")
    async def chat(socket: WebSocket) -> None:
        nonlocal windows
        if windows >= max_chats:
            turns.metrics.refused("busy")
            await socket.accept()
            await socket.close(TRY_AGAIN_LATER, "too many chats at once")
            return
        windows += 1
        turns.metrics.chat_opened()
        try:
            await Window(socket, answers, max_message, known).serve()
        finally:
            windows -= 1
            turns.metrics.chat_closed()

    return routes
