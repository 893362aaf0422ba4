"""The page with the widget on it, and the widget itself: files of deploy/widget, read once."""

from __future__ import annotations

import html
from importlib.resources import files

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

POLICY = (
    "default-src 'self'; script-src 'self' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data: https:; "
    "connect-src 'self' ws: wss:; base-uri 'none'; form-action 'self'; object-src 'none'"
)
"""blob: is the widget's audio worklet, which comes inside widget.js."""


def page_routes(title: str) -> APIRouter:
    """/ and /widget.js."""
    routes = APIRouter()
    folder = files("deploy") / "widget"
    script = (folder / "widget.js").read_text(encoding="utf-8")
    page = (folder / "index.html").read_text(encoding="utf-8").replace("{{title}}", html.escape(title))

    @routes.get("/widget.js")
    async def widget() -> Response:
        headers = {"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"}
        return Response(script, media_type="text/javascript; charset=utf-8", headers=headers)

    @routes.get("/")
    async def index(request: Request) -> HTMLResponse:
        key = html.escape(request.query_params.get("key", ""), quote=True)
        headers = {"Content-Security-Policy": POLICY, "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}
        return HTMLResponse(page.replace("{{key}}", key), headers=headers)

    return routes
