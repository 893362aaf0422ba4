"""The protocol: OpenAI's /v1/chat/completions and /v1/models, vLLM's loading and unloading of adapters, /health."""

from __future__ import annotations

import hmac
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from deploy.llm_server.edge.engine import EdgeEngine, EdgeError
from dialogue.style.gguf_adapter import GgufAdapterError

ANSWERS_WITHIN_S = 300.0
"""A long answer of a large model on a small box; who asks has a shorter deadline and hangs up."""


class Edge:
    """The handlers; `engine` holds the model."""

    def __init__(self, engine: EdgeEngine) -> None:
        self._engine = engine
        self._created = int(time.time())
        self._http = httpx.AsyncClient(timeout=ANSWERS_WITHIN_S, trust_env=False)

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/health", self.health),
                Route("/v1/models", self.models),
                Route("/v1/chat/completions", self.complete, methods=["POST"]),
                Route("/v1/load_lora_adapter", self.load, methods=["POST"]),
                Route("/v1/unload_lora_adapter", self.unload, methods=["POST"]),
            ],
            lifespan=self._living,
        )

    @asynccontextmanager
    async def _living(self, _app: Starlette) -> AsyncIterator[None]:
        async with self._http:
            yield

    async def health(self, _request: Request) -> Response:
        return Response()

    async def models(self, request: Request) -> Response:
        if not self._admitted(request):
            return refused(401, "Unauthorized")
        base = self._engine.options.name
        listed = [self._model(base, str(self._engine.options.gguf), None)]
        listed += [self._model(name, str(place), base) for name, place in self._engine.places.items()]
        return JSONResponse({"object": "list", "data": listed})

    async def complete(self, request: Request) -> Response:
        """Asked of llama.cpp with the weights of the adapters that the `model` means; its answer goes on as it comes."""
        if not self._admitted(request):
            return refused(401, "Unauthorized")
        asked = await _object(request)
        if asked is None:
            return refused(400, "the body must be a JSON object")
        running, base = (
            self._engine.running,
            self._engine.options.name,
        )  # kept until the answer is out, whatever is loaded meanwhile
        model = str(asked.get("model") or base)
        weights = running.weights("" if model == base else model)
        if weights is None:
            return refused(404, f"The model `{model}` does not exist.")
        body = {**asked, "model": base, "lora": weights, "cache_prompt": True}
        headers = {"Authorization": f"Bearer {running.key}"}
        sent = self._http.build_request("POST", f"{running.url}/v1/chat/completions", json=body, headers=headers)
        try:
            answer = await self._http.send(sent, stream=True)
        except httpx.HTTPError as fault:
            return refused(503, f"llama.cpp does not answer ({type(fault).__name__})")

        async def passed() -> AsyncIterator[bytes]:
            try:
                async for piece in answer.aiter_raw():
                    yield piece
            finally:  # also when who asked has hung up: llama.cpp then stops at the next token
                await answer.aclose()
                _ = running

        return StreamingResponse(passed(), answer.status_code, media_type=answer.headers.get("content-type"))

    async def load(self, request: Request) -> Response:
        return await self._changed(request, load=True)

    async def unload(self, request: Request) -> Response:
        return await self._changed(request, load=False)

    async def _changed(self, request: Request, load: bool) -> Response:
        if not self._admitted(request):
            return refused(401, "Unauthorized")
        asked = await _object(request) or {}
        name, path = asked.get("lora_name"), asked.get("lora_path")
        if not isinstance(name, str) or not name or (load and (not isinstance(path, str) or not path)):
            return refused(
                400, "Both 'lora_name' and 'lora_path' must be provided." if load else "'lora_name' needs to be provided."
            )
        try:
            if load:
                await run_in_threadpool(self._engine.load, name, Path(str(path)))
            else:
                await run_in_threadpool(self._engine.unload, name)
        except EdgeError as fault:
            return refused(fault.status, str(fault))
        except (GgufAdapterError, OSError) as fault:
            return refused(400, f"Loading lora {name} failed: {fault}")
        return PlainTextResponse(f"Success: LoRA adapter '{name}' {'added' if load else 'removed'} successfully.")

    def _admitted(self, request: Request) -> bool:
        key = self._engine.options.key
        told = request.headers.get("authorization", "").removeprefix("Bearer ")
        return not key or hmac.compare_digest(told.encode(), key.encode())

    def _model(self, name: str, root: str, parent: str | None) -> dict[str, Any]:
        return {"id": name, "object": "model", "created": self._created, "owned_by": "llama.cpp", "root": root, "parent": parent}


def refused(status: int, what: str) -> JSONResponse:
    """An error as OpenAI's and vLLM's servers tell it."""
    return JSONResponse({"error": {"message": what, "type": "Error", "param": None, "code": status}}, status)


async def _object(request: Request) -> dict[str, Any] | None:
    try:
        values = json.loads(await request.body())
    except ValueError:
        return None
    return values if isinstance(values, dict) else None
