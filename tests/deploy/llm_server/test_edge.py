"""llama.cpp behind the protocol of vLLM: one GGUF, adapters chosen by the request's model, loaded and unloaded at run time."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

pytest.importorskip("xllamacpp", reason="llama.cpp is not installed: make llama-cpp")

from deploy.llm_server.edge.app import Edge
from deploy.llm_server.edge.engine import EdgeEngine
from deploy.llm_server.edge.options import EdgeOptions
from tests.deploy.llm_server.conftest import CRISP, WARM, Made

ASKED = "一个月多少钱"


@pytest.fixture
async def client(made: Made) -> AsyncIterator[httpx.AsyncClient]:
    with closing(EdgeEngine(EdgeOptions(made.gguf, context=128, adapters=(("warm", made.warm),)))) as engine:
        async with serving(engine) as opened:
            yield opened


@asynccontextmanager
async def serving(engine: EdgeEngine) -> AsyncIterator[httpx.AsyncClient]:
    app = Edge(engine).app()
    transport = httpx.ASGITransport(app)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url="http://edge") as opened:
        yield opened


def body(model: str, **more: Any) -> dict[str, Any]:
    return {"model": model, "messages": [{"role": "user", "content": ASKED}], "max_tokens": 24, "temperature": 0, **more}


async def said(client: httpx.AsyncClient, model: str) -> str:
    answer = await client.post("/v1/chat/completions", json=body(model))
    assert answer.status_code == 200, answer.text
    return str(answer.json()["choices"][0]["message"]["content"])


async def load(client: httpx.AsyncClient, name: str, folder: Path) -> httpx.Response:
    return await client.post("/v1/load_lora_adapter", json={"lora_name": name, "lora_path": str(folder)})


async def test_the_model_of_a_request_chooses_the_adapter(client: httpx.AsyncClient, made: Made) -> None:
    assert await said(client, "warm") == WARM
    base = await said(client, "base")
    assert base not in (WARM, CRISP)
    assert (await load(client, "north/v1.0-crisp@x", made.crisp)).status_code == 200
    assert [await said(client, name) for name in ("north/v1.0-crisp@x", "warm", "base")] == [CRISP, WARM, base]


async def test_adapters_are_listed_as_vllm_lists_them_and_go_again(client: httpx.AsyncClient, made: Made) -> None:
    await load(client, "crisp", made.crisp)
    listed = (await client.get("/v1/models")).json()["data"]
    assert [(one["id"], one["parent"]) for one in listed] == [("base", None), ("warm", "base"), ("crisp", "base")]
    assert (await client.post("/v1/unload_lora_adapter", json={"lora_name": "warm"})).status_code == 200
    assert (await client.post("/v1/chat/completions", json=body("warm"))).status_code == 404
    assert await said(client, "crisp") == CRISP


async def test_what_is_under_way_ends_on_the_adapters_that_it_began_with(made: Made) -> None:
    with closing(EdgeEngine(EdgeOptions(made.gguf, context=128, adapters=(("warm", made.warm),)))) as engine:
        begun = engine.running
        engine.unload("warm")
        assert engine.running.weights("warm") is None
        async with httpx.AsyncClient(headers={"Authorization": f"Bearer {begun.key}"}) as client:
            asked = body("base", lora=begun.weights("warm"))
            answer = await client.post(f"{begun.url}/v1/chat/completions", json=asked)
            assert answer.json()["choices"][0]["message"]["content"] == WARM
            address = begun.url
            del begun
            with pytest.raises(httpx.ConnectError):  # the last who used it let go of it
                await client.get(f"{address}/health")


async def test_an_answer_is_streamed_and_may_be_held_to_a_schema(client: httpx.AsyncClient) -> None:
    async with client.stream("POST", "/v1/chat/completions", json=body("warm", stream=True)) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        events = [line[6:] async for line in answer.aiter_lines() if line.startswith("data: ")]
    assert events[-1] == "[DONE]"
    pieces = [json.loads(event)["choices"][0]["delta"].get("content") or "" for event in events[:-1]]
    assert "".join(pieces) == WARM
    assert len(pieces) > 3
    schema = {"type": "object", "properties": {"intent": {"enum": ["询价", "投诉"]}}, "required": ["intent"]}
    form = {"type": "json_schema", "json_schema": {"name": "answer", "schema": {**schema, "additionalProperties": False}}}
    held = await client.post("/v1/chat/completions", json=body("base", response_format=form, max_tokens=60))
    assert json.loads(held.json()["choices"][0]["message"]["content"])["intent"] in ("询价", "投诉")


@pytest.mark.parametrize(
    ("path", "sent", "status", "told"),
    [
        ("/v1/chat/completions", {"model": "nobody"}, 404, "The model `nobody` does not exist."),
        ("/v1/chat/completions", [1], 400, "must be a JSON object"),
        ("/v1/load_lora_adapter", {"lora_name": "warm", "lora_path": "/x"}, 400, "has already been loaded"),
        ("/v1/load_lora_adapter", {"lora_name": "base", "lora_path": "/x"}, 400, "has already been loaded"),
        ("/v1/load_lora_adapter", {"lora_name": "new", "lora_path": "/nowhere"}, 404, "No adapter found for /nowhere"),
        ("/v1/load_lora_adapter", {"lora_name": "new"}, 400, "must be provided"),
        ("/v1/unload_lora_adapter", {"lora_name": "new"}, 404, "cannot be found"),
    ],
)
async def test_what_cannot_be_is_told(client: httpx.AsyncClient, path: str, sent: Any, status: int, told: str) -> None:
    answer = await client.post(path, json=sent)
    assert answer.status_code == status
    assert told in answer.json()["error"]["message"]


async def test_with_a_key_nobody_gets_in_without_it(made: Made) -> None:
    with closing(EdgeEngine(replace(EdgeOptions(made.gguf, context=128), key="geheim"))) as engine:
        async with serving(engine) as client:
            for path in ("/v1/load_lora_adapter", "/v1/unload_lora_adapter", "/v1/chat/completions"):
                assert (await client.post(path, json={"lora_name": "x"})).status_code == 401
            assert (await client.get("/v1/models", headers={"Authorization": "Bearer geheim"})).status_code == 200
            assert (await client.get("/v1/models", headers={"Authorization": "Bearer other"})).status_code == 401
