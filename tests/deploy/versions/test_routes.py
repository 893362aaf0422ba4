"""/versions of a gateway around a bot of real files."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from deploy.auth import read_keys
from deploy.gateway.app import GatewayParts
from deploy.settings import GatewaySettings
from deploy.versions.opening import open_live
from deploy.versions.reloading import Reloader
from tests.deploy.gateway.running import ScriptedSeller, running
from tests.deploy.versions.small_bot import change, write

KEY = "an-operators-own-key"


@asynccontextmanager
async def gateway(folder: Path) -> AsyncIterator[tuple[httpx.AsyncClient, Reloader]]:
    """A gateway with keys around a small bot, which looks at its folder only when a test says so."""
    (folder / "keys.txt").write_text(f"{KEY}\na-key-for-the-widget widget\n", encoding="utf-8")
    settings = GatewaySettings(keys=read_keys(folder / "keys.txt"))
    reloader = open_live(folder)

    def around(parts: GatewayParts) -> GatewayParts:
        return replace(parts, bot=reloader.live, settings=settings, reloader=reloader)

    async with running(ScriptedSeller(), around) as (client, _, _):
        client.headers["Authorization"] = f"Bearer {KEY}"
        yield client, reloader
    reloader.close()
    reloader.live.close()


def save(reloader: Reloader, folder: Path, old: str, new: str) -> None:
    change(folder / "domain.yml", old, new)
    for now in (1e9, 1e9 + 10):
        reloader.look(now)


async def price(client: httpx.AsyncClient, sender: str) -> str:
    answer = await client.post("/webhooks/rest/webhook", json={"sender": sender, "message": "/price"})
    return str(answer.json()[0]["text"])


async def test_an_operator_sees_compares_and_brings_back_versions(folder: Path) -> None:
    async with gateway(folder) as (client, reloader):
        assert await price(client, "a") == "一百元"
        save(reloader, folder, "一百元", "两百元")
        assert await price(client, "b") == "两百元"

        told = (await client.get("/versions")).json()
        assert [version["number"] for version in told["versions"]] == [2, 1]
        assert (told["version"]["number"], told["refused"], told["training"]) == (2, None, False)
        assert [(one["number"], one["conversations"]) for one in told["loaded"]] == [(2, 1), (1, 1)]
        (found,) = (await client.get("/versions/1/2")).json()["changes"]
        assert (found["file"], found["added"], found["removed"]) == ("domain.yml", 1, 1)

        back = await client.post("/versions/rollback", json={"number": 1})
        assert back.json()["version"]["number"] == 3
        assert await price(client, "c") == "一百元"


async def test_a_fault_is_told_to_those_with_the_key_and_counted_for_all(folder: Path) -> None:
    async with gateway(folder) as (client, reloader):
        save(reloader, folder, "utter_price:", "utter_prize:")
        assert "data/rules.yml:7" in (await client.get("/versions")).json()["refused"]["faults"][0]
        health = await client.get("/health", headers={"Authorization": ""})
        assert health.json() == {"status": "alive", "version": 1, "files": "not in effect, faults: 1; see /versions"}
        assert (await client.get("/ready")).status_code == 200


async def test_what_cannot_be_brought_back_changes_nothing(folder: Path) -> None:
    async with gateway(folder) as (client, reloader):
        assert (await client.post("/versions/rollback", json={"number": 9})).status_code == 404
        assert (await client.get("/versions/1/9")).json() == {
            "error": f"{reloader.live.archive.folder}: no version 9; there are 1 to 1"
        }
        write(folder, {"data/more.yml": "rules: ["})
        await client.post("/versions/rollback", json={"number": 1})
        refused = await client.post("/versions/rollback", json={"number": 2})
        assert refused.status_code == 409
        assert "data/more.yml" in refused.json()["error"]
        assert await price(client, "a") == "一百元"


@pytest.mark.parametrize("key", ["", "a-key-for-the-widget"])
async def test_versions_are_for_operators_alone(folder: Path, key: str) -> None:
    async with gateway(folder) as (client, _):
        headers = {"Authorization": f"Bearer {key}"} if key else {"Authorization": ""}
        assert (await client.get("/versions", headers=headers)).status_code in (401, 403)
        assert (await client.post("/versions/rollback", headers=headers, json={"number": 1})).status_code in (401, 403)
