"""The page with the widget on it, and the widget itself: files of deploy/widget, read once."""

from __future__ import annotations

import html
import secrets
from importlib.resources import files

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

SCRIPTS = ("texts.js", "line.js", "voice.js", "style.js", "view.js", "widget.js")
"""What /widget.js is made of, in this order, inside one function: a page needs one script tag and gets one global name."""


def widget_script() -> str:
    """The whole of /widget.js."""
    folder = files("deploy") / "widget"
    body = "\n".join((folder / name).read_text(encoding="utf-8") for name in SCRIPTS)
    return '"use strict";\n(() => {\n' + body + "})();\n"


def policy(nonce: str) -> str:
    """The page's content security policy; blob: is the widget's audio worklet, which comes inside widget.js."""
    return (
        f"default-src 'self'; script-src 'self' 'nonce-{nonce}' blob:; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: https:; connect-src 'self' ws: wss:; base-uri 'none'; form-action 'self'; object-src 'none'"
    )


def page_routes(title: str) -> APIRouter:
    """/ and /widget.js."""
    routes = APIRouter()
    script = widget_script()
    page = (files("deploy") / "widget" / "index.html").read_text(encoding="utf-8").replace("{{title}}", html.escape(title))

    @routes.get("/widget.js")
    async def widget() -> Response:
        headers = {"Cache-Control": "public, max-age=300", "Access-Control-Allow-Origin": "*"}
        return Response(script, media_type="text/javascript; charset=utf-8", headers=headers)

    @routes.get("/")
    async def index(request: Request) -> HTMLResponse:
        key = html.escape(request.query_params.get("key", ""), quote=True)
        nonce = secrets.token_urlsafe(16)
        headers = {
            "Content-Security-Policy": policy(nonce),
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        }
        return HTMLResponse(page.replace("{{nonce}}", nonce).replace("{{key}}", key), headers=headers)

    return routes
