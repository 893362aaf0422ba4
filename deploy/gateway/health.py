"""What platforms and operators ask: alive, ready, figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from deploy.gateway.turns import Turns

Check = Callable[[], str]
"""What stands in the way of being ready, '' when nothing does; may block."""


Detail = Callable[[], Mapping[str, Any]]
"""What /health tells beside being alive; must not block. (Any: what JSON holds.)"""


def health_routes(turns: Turns, checks: dict[str, Check], detail: Detail = dict) -> APIRouter:
    """/health, /ready, /metrics."""
    routes = APIRouter()

    @routes.get("/health")
    async def health() -> dict[str, Any]:
        return {"status": "alive", **detail()}

    @routes.get("/ready")
    async def ready() -> JSONResponse:
        if turns.stopping:
            return JSONResponse({"ready": False, "stopping": True}, 503)
        found = {name: await turns.check(check) for name, check in checks.items()}
        fine = not any(found.values())
        return JSONResponse({"ready": fine, **{name: what or "ok" for name, what in found.items()}}, 200 if fine else 503)

    @routes.get("/metrics")
    async def metrics() -> Response:
        return Response(turns.metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return routes
