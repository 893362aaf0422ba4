"""The gateway's web application: every HTTP and WebSocket channel behind one gate."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request, WebSocket
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from deploy.gateway.chat import Windows, chat_routes
from deploy.gateway.gate import Gate
from deploy.gateway.health import Check, Detail, health_routes
from deploy.gateway.pages import page_routes
from deploy.gateway.rest import rest_routes
from deploy.gateway.turns import BusyError, Seller, TurnError, Turns
from deploy.metrics import Metrics
from deploy.settings import GatewaySettings

if TYPE_CHECKING:
    from deploy.versions.reloading import Reloader
    from dialogue.adapters.watch import Watch

VoiceEndpoint = Callable[[WebSocket], Awaitable[None]]
"""Serves one /ws/voice socket until it ends; deploy.gateway.voice_ws makes one."""
RETRY_AFTER_S = 1
OURS = "Value error, "
"""What pydantic puts before the messages of our own checks."""
NOT_UTF_8 = "the body is not valid JSON in UTF-8"
NO_OBJECT = "the body must be one JSON object, sent with the header Content-Type: application/json"


@dataclass(frozen=True, slots=True)
class GatewayParts:
    """What a gateway is made of. Without a `voice` /ws/voice answers that there is none; with a `reloader` there is /versions."""

    bot: Seller
    settings: GatewaySettings
    metrics: Metrics = field(default_factory=Metrics)
    voice: VoiceEndpoint | None = None
    title: str = "xiangyin"
    checks: Mapping[str, Check] = field(default_factory=dict)
    reloader: Reloader | None = None
    adapters: Watch | None = None
    """Who looks after the adapters of the language model; with it there is /adapters."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """The application to serve and the turns behind it; `turns.drain` ends them in order."""

    app: Gate
    turns: Turns
    windows: Windows


def bot_title(folder: Path) -> str:
    """What the page calls the bot: the name of its folder."""
    return folder.resolve().name


def create_gateway(parts: GatewayParts) -> Gateway:
    """Build the application around a bot."""
    turns = Turns(parts.bot, parts.metrics, parts.settings.max_turns, parts.settings.turn_threads)
    # No /docs: its page loads scripts from elsewhere.
    app = FastAPI(title=parts.title, docs_url=None, redoc_url=None, openapi_url="/openapi.json")
    app.include_router(health_routes(turns, dict(parts.checks), _with_versions(app, parts.reloader)))
    app.include_router(rest_routes(turns, parts.settings.max_message))
    windows = Windows()
    app.include_router(chat_routes(turns, parts.settings.max_chats, parts.settings.max_message, windows))
    app.include_router(page_routes(parts.title))
    if parts.adapters is not None:
        from deploy.gateway.adapters import adapter_routes

        app.include_router(adapter_routes(parts.adapters))
    voice = parts.voice or _no_voice

    @app.websocket("/ws/voice")
    async def voice_call(socket: WebSocket) -> None:
        await voice(socket)

    app.add_exception_handler(BusyError, _busy)
    app.add_exception_handler(TurnError, _failed)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _refused)
    return Gateway(Gate(app, parts.settings, parts.metrics), turns, windows)


def _with_versions(app: FastAPI, reloader: Reloader | None) -> Detail:
    """Let the application serve /versions, where there are any; what /health tells of them."""
    if reloader is None:
        return dict
    from deploy.gateway.versions import summary, version_routes  # all that a bot is made of: the port is to be open before

    app.include_router(version_routes(reloader))
    return lambda: summary(reloader)


async def _no_voice(socket: WebSocket) -> None:
    await socket.accept()
    await socket.close(1011, "this gateway runs without speech")


async def _busy(_request: Request, _fault: Exception) -> JSONResponse:
    return JSONResponse({"error": "too many turns at once"}, 503, {"Retry-After": str(RETRY_AFTER_S)})


async def _failed(_request: Request, _fault: Exception) -> JSONResponse:
    return JSONResponse({"error": "the turn failed; it was not stored"}, 500)


async def _refused(_request: Request, fault: Exception) -> JSONResponse:
    """Errors in one shape, {"error": ...}; starlette's own among them (no such path, wrong method)."""
    if not isinstance(fault, HTTPException):
        return JSONResponse({"error": ""}, 500)
    told = NOT_UTF_8 if isinstance(fault.__cause__, UnicodeDecodeError) else fault.detail
    return JSONResponse({"error": told}, fault.status_code)


async def _invalid(_request: Request, fault: Exception) -> JSONResponse:
    """One line a fault, naming the field; what was sent is not sent back."""
    faults = fault.errors() if isinstance(fault, RequestValidationError) else []
    is_json = not any(found["type"] == "json_invalid" for found in faults)
    error = "; ".join(_told(found) for found in faults) if is_json else "the body is not valid JSON"
    return JSONResponse({"error": error}, 422 if is_json else 400)


def _told(found: Mapping[str, Any]) -> str:  # Any: what pydantic tells of a fault
    """With the field it is of; where that is the whole body, mostly its header is missing."""
    field = ".".join(str(part) for part in found["loc"][1:])
    return f"{field}: {str(found['msg']).removeprefix(OURS)}" if field else NO_OBJECT
