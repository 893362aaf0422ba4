from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from tests.deploy.gateway.running import ScriptedSeller, running


async def test_a_message_is_answered_in_rasas_shape() -> None:
    seller = ScriptedSeller()
    async with running(seller) as (client, _, _):
        answer = await client.post("/webhooks/rest/webhook", json={"sender": "a", "message": " 你好 ", "metadata": {}})
    assert answer.status_code == 200
    assert answer.json() == [{"recipient_id": "a", "text": "您说的是:你好"}]
    assert seller.heard == [("a", "你好", "rest")]


async def test_buttons_come_with_their_text_and_an_image_by_itself() -> None:
    async with running(ScriptedSeller()) as (client, _, _):
        answer = await client.post("/webhooks/rest/webhook", json={"sender": "a", "message": "buttons"})
    assert answer.json() == [
        {"recipient_id": "a", "text": "您说的是:buttons", "buttons": [{"title": "好的", "payload": "/affirm"}]},
        {"recipient_id": "a", "image": "https://example.com/a.png"},
    ]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"[]", 422),
        (b'{"sender": "a"}', 422),
        (b'{"sender": "", "message": "x"}', 422),
        (b'{"sender": "a", "message": "   "}', 422),
        (b'{"sender": "a", "message": 3}', 422),
        (b'{"sender": "a", "message": "\\ud800"}', 422),
        (b'{"sender": "a\\u0000", "message": "x"}', 422),
        (b'{"sender": "a", "message": "' + b"x" * 2001 + b'"}', 422),
        (b'{"sender": "a", "message": "' + b"x" * 70_000 + b'"}', 413),
    ],
)
async def test_rubbish_is_refused_and_the_gateway_lives_on(body: bytes, status: int) -> None:
    seller = ScriptedSeller()
    async with running(seller) as (client, _, _):
        answer = await client.post("/webhooks/rest/webhook", content=body, headers={"content-type": "application/json"})
        assert (await client.get("/health")).status_code == 200
    assert answer.status_code == status
    assert list(answer.json()) == ["error"]
    assert "xxx" not in answer.text
    assert seller.heard == []


@pytest.mark.parametrize(
    ("body", "kind", "told"),
    [
        ('{"sender": "a", "message": "你好"}'.encode("gbk"), "application/json", "the body is not valid JSON in UTF-8"),
        (b"[1]", "application/json", "the body must be one JSON object"),
        (b'{"sender": "a", "message": "x"}', "application/x-www-form-urlencoded", "Content-Type: application/json"),
        (b"{", "application/json", "the body is not valid JSON"),
    ],
)
async def test_a_body_of_another_kind_is_told_what_to_be(body: bytes, kind: str, told: str) -> None:
    async with running(ScriptedSeller()) as (client, _, _):
        answer = await client.post("/webhooks/rest/webhook", content=body, headers={"content-type": kind})
    assert told in answer.json()["error"]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/webhooks/rest/webhook", b'{"sender": "a", "message": "\\ud800"}', "message"),
        ("/webhooks/rest/webhook", b'{"sender": "a", "message": "\xed\xa0\x80"}', "message"),
        ("/webhooks/rest/webhook", b'{"sender": "\\ud800", "message": "x"}', "sender"),
        ("/model/parse", b'{"text": "\\ud800"}', "text"),
    ],
)
async def test_half_a_surrogate_pair_is_refused_with_one_clear_message(path: str, body: bytes, field: str) -> None:
    async with running(ScriptedSeller()) as (client, _, _):
        answer = await client.post(path, content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()) == (422, {"error": f"{field}: is not valid Unicode text"})


async def test_a_turn_that_fails_gives_500_and_is_counted_without_its_words() -> None:
    async with running(ScriptedSeller()) as (client, _, _):
        answer = await client.post("/webhooks/rest/webhook", json={"sender": "a", "message": "break"})
        figures = (await client.get("/metrics")).text
    assert answer.status_code == 500
    assert 'xiangyin_errors_total{kind="LookupError"} 1.0' in figures
    assert "王女士" not in answer.text + figures


async def test_more_turns_than_there_may_be_get_503_with_retry_after() -> None:
    seller = ScriptedSeller()

    def one_turn(parts):  # type: ignore[no-untyped-def]
        return replace(parts, settings=replace(parts.settings, max_turns=1))

    async with running(seller, one_turn) as (client, _, gateway):
        first = asyncio.create_task(client.post("/webhooks/rest/webhook", json={"sender": "a", "message": "wait"}))
        while not gateway.turns.under_way:
            await asyncio.sleep(0)
        second = await client.post("/webhooks/rest/webhook", json={"sender": "b", "message": "x"})
        seller.release.set()
        assert (await first).status_code == 200
    assert second.status_code == 503
    assert second.headers["retry-after"] == "1"


async def test_parse_gives_rasas_shape() -> None:
    async with running(ScriptedSeller()) as (client, _, _):
        answer = (await client.post("/model/parse", json={"text": "你好"})).json()
    assert answer["text"] == "你好"
    assert answer["intent"]["name"] == "greet"
    assert [need["name"] for need in answer["intents"]] == ["greet"]


async def test_the_tracker_tells_what_happened() -> None:
    async with running(ScriptedSeller()) as (client, _, _):
        await client.post("/webhooks/rest/webhook", json={"sender": "客户-1", "message": "你好"})
        tracker = (await client.get("/conversations/客户-1/tracker")).json()
    assert tracker["sender_id"] == "客户-1"
    assert [event["event"] for event in tracker["events"]][:2] == ["session_started", "user"] or tracker["events"]
    assert {"slots", "latest_message", "active_loop", "latest_action_name"} <= set(tracker)


async def test_an_unknown_path_answers_in_the_same_shape() -> None:
    async with running(ScriptedSeller()) as (client, _, _):
        answer = await client.get("/nothing")
    assert answer.status_code == 404
    assert list(answer.json()) == ["error"]
