from __future__ import annotations

from dataclasses import replace

from tests.deploy.gateway.running import ScriptedSeller, running


async def test_ready_says_what_stands_in_the_way() -> None:
    faults = {"store": "the disk is full"}

    def with_check(parts):  # type: ignore[no-untyped-def]
        return replace(parts, checks={"store": lambda: faults["store"], "voice": lambda: ""})

    async with running(ScriptedSeller(), with_check) as (client, _, _):
        broken = await client.get("/ready")
        faults["store"] = ""
        mended = await client.get("/ready")
    assert (broken.status_code, broken.json()) == (503, {"ready": False, "store": "the disk is full", "voice": "ok"})
    assert (mended.status_code, mended.json()["ready"]) == (200, True)


async def test_a_stopping_gateway_is_alive_but_not_ready_and_takes_no_turn() -> None:
    async with running(ScriptedSeller()) as (client, _, gateway):
        gateway.turns.stopping = True
        assert (await client.get("/health")).status_code == 200
        assert (await client.get("/ready")).status_code == 503
        answer = await client.post("/webhooks/rest/webhook", json={"sender": "a", "message": "x"})
        assert answer.status_code == 503


async def test_metrics_count_turns_stages_and_hand_overs_and_hold_no_words() -> None:
    async with running(ScriptedSeller()) as (client, _, _):
        for message in ("你好", "human"):
            await client.post("/webhooks/rest/webhook", json={"sender": "王女士", "message": message})
        answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    assert 'xiangyin_turns_total{channel="rest"} 2.0' in answer.text
    assert 'xiangyin_turn_stage_seconds_bucket{le="0.01",stage="understand"}' in answer.text
    assert "xiangyin_hand_overs_total 1.0" in answer.text
    assert "王女士" not in answer.text
    assert "你好" not in answer.text
