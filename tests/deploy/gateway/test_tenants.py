"""Two tenants side by side with a gateway, a key and a database, on one model server; what an attacker with one key tries."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.adapter_metrics import AdapterMetrics
from deploy.auth import read_keys
from deploy.bot import SalesBot
from deploy.bot_parts import Shared, parts_of
from deploy.gateway.app import GatewayParts
from deploy.settings import GatewaySettings
from dialogue.adapters.choosing import Wish
from dialogue.adapters.opening import add, watch_of
from dialogue.adapters.registry import Registry
from dialogue.adapters.settings import AdapterSettings
from dialogue.adapters.watch import Watch
from dialogue.bot_files import load_bot
from dialogue.events import SlotSet
from dialogue.state import DialogueState
from dialogue.track import track
from nlu.understanding import Understanding
from tests.deploy.gateway.running import running
from tests.dialogue.adapters.folders import adapter_folder, entry
from tests.dialogue.adapters.vllm_server import Vllm, vllm

MOOD = Path(__file__).parents[2] / "data/bots/mood"
KEYS = {"north": "north-key-0123456789", "south": "south-key-0123456789"}
SECRET = "北方云王女士要八折"
CALL = "call-7"
PATHS = ("/adapters", f"/conversations/{CALL}/tracker", "/metrics", "/openapi.json")


class NothingUnderstood:
    def parse(self, text: str) -> Understanding:
        return Understanding(text)


@dataclass(frozen=True)
class Tenant:
    """A bot that runs, and how to reach it."""

    name: str
    bot: SalesBot
    watch: Watch
    client: httpx.AsyncClient
    address: str

    async def get(self, path: str, key: str | None = None, **headers: str) -> httpx.Response:
        bearer = {"Authorization": f"Bearer {KEYS[self.name] if key is None else key}"}
        return await self.client.get(path, headers=bearer | headers)

    async def raw(self, *lines: str) -> bytes:
        """The answer to a request written by hand: no client tidies it up."""
        host, _, port = self.address.partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write("\r\n".join((*lines, f"Host: {self.address}", "", "")).encode("utf-8"))
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 10)
        length = next(int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
        answer = head + await asyncio.wait_for(reader.readexactly(length), 10)
        writer.close()
        await writer.wait_closed()
        return answer


@pytest.fixture
def server() -> Iterator[Vllm]:
    with vllm() as served:
        yield served


@pytest.fixture
async def tenants(tmp_path: Path, server: Vllm) -> AsyncIterator[tuple[Tenant, Tenant]]:
    async with AsyncExitStack() as stack:
        north, south = [await stack.enter_async_context(opened(name, tmp_path / name, server)) for name in KEYS]
        await asyncio.to_thread(north.bot.turn, CALL, SECRET)
        yield north, south


@asynccontextmanager
async def opened(name: str, folder: Path, server: Vllm) -> AsyncIterator[Tenant]:
    """A tenant with one adapter in use, of a line that both have."""
    folder.mkdir()
    (folder / "keys.txt").write_text(KEYS[name], "utf-8")
    read = load_bot(MOOD)
    settings = AdapterSettings(name, str(folder / "kept"), replicas=(server.url,))
    bot = replace(read, settings=replace(read.settings, adapters=settings))
    shared = Shared.of(bot, f"sqlite:///{folder}/talks.sqlite")
    assert shared.adapters is not None
    add(bot, shared.adapters.registry, folder, *entry(adapter_folder(folder / "trained", name), "v1.2-sales"))
    shared.adapters.registry.promote("v1.2-sales")
    seller: Any = SalesBot(parts_of(bot, NothingUnderstood(), shared, cache=folder))
    seller.release = threading.Event()  # what `running` sets at the end
    watch = watch_of(bot, shared.adapters)
    watch.round()

    def change(parts: GatewayParts) -> GatewayParts:
        watch.told = AdapterMetrics(parts.metrics.registry).take
        watch.told(watch)
        return replace(parts, settings=GatewaySettings(keys=read_keys(folder / "keys.txt")), adapters=watch)

    try:
        async with running(seller, change) as (client, address, _):
            yield Tenant(name, seller, watch, client, address)
    finally:
        watch.close()
        seller.close()


def content(tenant: Tenant) -> str:
    return tenant.watch.adapters.roster.adapters[0].content


async def test_each_key_opens_its_own_gateway_only(tenants: tuple[Tenant, Tenant]) -> None:
    north, south = tenants
    for path in PATHS:
        assert (await north.get(path)).status_code == 200
        assert (await south.get(path, KEYS["north"])).status_code == 401
    said = {"sender": CALL, "message": "hi"}
    key = {"Authorization": f"Bearer {KEYS['north']}"}
    assert (await south.client.post("/webhooks/rest/webhook", json=said, headers=key)).status_code == 401


@pytest.mark.parametrize(
    "key",
    [
        "",
        KEYS["south"][:-1],
        f"{KEYS['south']}x",
        KEYS["south"].upper(),
        "ｓouth-key-0123456789",
        f"{KEYS['north']}, Bearer {KEYS['north']}",
        f"{KEYS['north']}\t",
        "*",
        "' OR '1'='1",
    ],
)
async def test_what_only_looks_like_the_key_opens_nothing(tenants: tuple[Tenant, Tenant], key: str) -> None:
    _, south = tenants
    for path in PATHS:
        answer = await south.raw(f"GET {path} HTTP/1.1", f"Authorization: Bearer {key}")
        assert answer.startswith(b"HTTP/1.1 401 ")


@pytest.mark.parametrize(
    "name",
    [
        CALL,
        "CALL-7",
        "ｃall-7",
        "call-7%00",
        "%2e%2e%2fnorth%2fcall-7",
        "..%2f..%2fnorth%2ftalks.sqlite",
        "call-7'%20OR%20'1'='1",
        "%25",
        "north/call-7",
        "north:call-7",
        "*",
    ],
)
async def test_another_tenants_conversations_cannot_be_asked_for(tenants: tuple[Tenant, Tenant], name: str) -> None:
    north, south = tenants
    assert SECRET in (await north.get(f"/conversations/{CALL}/tracker")).text
    answer = await south.get(f"/conversations/{name}/tracker")
    assert SECRET not in answer.text
    assert answer.status_code in (404, 422) or answer.json()["events"] == []


@pytest.mark.parametrize(
    "header",
    [
        "X-Tenant: north",
        "X-Tenant-Id: north",
        "X-Forwarded-Host: north",
        "X-Original-URL: /../north/adapters",
        "X-Rewrite-URL: /../north/adapters",
        "X-Forwarded-User: north",
        "X-Api-Key: north-key-0123456789",
        "Cookie: tenant=north; key=north-key-0123456789",
        "Authorization: Bearer north-key-0123456789",
    ],
)
async def test_no_header_makes_one_tenant_the_other(tenants: tuple[Tenant, Tenant], header: str) -> None:
    north, south = tenants
    for path in PATHS[:2]:
        answer = await south.raw(f"GET {path} HTTP/1.1", header, f"Authorization: Bearer {KEYS['south']}")
        assert answer.startswith((b"HTTP/1.1 200 ", b"HTTP/1.1 401 "))
        for secret in (content(north), f'"tenant":"{north.name}"', SECRET):
            assert secret.encode() not in answer


@pytest.mark.parametrize(
    "path",
    [
        "/adapters?tenant=north",
        "/adapters?bot=north&key=north-key-0123456789",
        "/adapters/v1.2-sales",
        "/adapters/north/v1.2-sales",
        "/adapters/HASH",
        "/adapters/v1.2-sales@HASH",
        "/adapters/..%2f..%2fnorth%2fkept",
        "/adapters/../../north/kept/north/v1.2-sales@HASH/adapter_model.safetensors",
        "//adapters",
        "/ADAPTERS",
    ],
)
async def test_another_tenants_adapters_cannot_be_asked_for(tenants: tuple[Tenant, Tenant], path: str) -> None:
    north, south = tenants
    asked = path.replace("HASH", content(north))
    answer = await south.raw(f"GET {asked} HTTP/1.1", f"Authorization: Bearer {KEYS['south']}")
    body = answer.partition(b"\r\n\r\n")[2]
    assert content(north).encode() not in body
    assert b"north" not in body
    assert answer.startswith((b"HTTP/1.1 200 ", b"HTTP/1.1 404 "))


async def test_a_gateway_tells_its_own_adapters_and_no_salt(tenants: tuple[Tenant, Tenant]) -> None:
    north, _ = tenants
    registry = north.watch.adapters.registry
    registry.promote("v1.2-sales")
    told = (await north.get("/adapters")).json()
    assert told["tenant"] == "north"
    assert [(one["name"], one["status"], one["content"]) for one in told["adapters"]] == [("v1.2-sales", "live", content(north))]
    assert told["replicas"][0]["settled"]
    assert "salt" not in (await north.get("/adapters")).text
    assert (await north.client.post("/adapters", headers={"Authorization": f"Bearer {KEYS['north']}"})).status_code == 405


async def test_no_slot_of_a_customer_reaches_another_tenants_adapter(tenants: tuple[Tenant, Tenant], server: Vllm) -> None:
    north, south = tenants
    theirs = next(name for name in server.held if name.startswith("north/"))
    for value in (theirs, "north", "north/v1.2-sales", f"../{theirs}", content(north), "base", ["north", theirs]):
        for slot in ("persona", "department", "preferences"):
            state = track(DialogueState("c"), SlotSet(slot, value))
            assert south.watch.adapters.choose("c", state).model != theirs
    assert south.watch.adapters.choose("c", DialogueState("c"), Wish(theirs, theirs, (theirs,))).model == ""


async def test_one_tenant_never_unloads_what_another_has(tenants: tuple[Tenant, Tenant], server: Vllm) -> None:
    north, south = tenants
    theirs = {name for name in server.held if name.startswith("north/")}
    assert len(theirs) == 1
    assert len(server.held) == 2
    south.watch.adapters.registry.retire("v1.2-sales")
    replaced = replace(south.watch.adapters.settings, linger_s=0.0)
    south.watch.adapters.settings = replaced
    south.watch.round()
    assert set(server.held) == theirs
    north.watch.round()
    assert set(server.held) == theirs


async def test_files_of_two_tenants_never_lie_in_one_folder(tenants: tuple[Tenant, Tenant], server: Vllm) -> None:
    north, south = tenants
    paths = {name.partition("/")[0]: path for name, path in server.held.items()}
    assert "/kept/north/v1.2-sales@" in paths["north"]
    assert "/kept/south/v1.2-sales@" in paths["south"]
    assert content(north) != content(south)


async def test_a_tenants_registry_in_the_others_database_is_refused(tenants: tuple[Tenant, Tenant]) -> None:
    north, _ = tenants
    read = load_bot(MOOD)
    for tenant in ("south", "NORTH", ""):
        with pytest.raises(ValueError, match=r"belongs to another tenant|'tenant'"):
            Shared.of(
                replace(read, settings=replace(read.settings, adapters=AdapterSettings(tenant))), str(north.bot.store._engine.url)
            )
    assert Registry(north.bot.store, "south").roster().adapters == ()
