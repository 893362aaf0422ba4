from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.gateway.calls import CallMetrics
from deploy.media.parts import CallName, CallParts
from deploy.media.records import CallRecord, TurnRecord
from deploy.media.speaker import Speaker
from deploy.media.switchboard import BusyError, Switchboard, SwitchboardOptions
from deploy.media.virtual_time import run_in_virtual_time
from deploy.metrics import Metrics
from dialogue.events import AdapterReplied
from tests.fakes import ScriptedBrain, ScriptedRecogniser, TimedLine, ToneVoice, now, said


def parts(voice: ToneVoice | None = None) -> CallParts:
    return CallParts(ScriptedBrain(), ScriptedRecogniser({1.0: "好"}), Speaker(voice or ToneVoice()))


def test_a_call_too_many_and_a_call_of_the_same_name_are_refused() -> None:
    async def main() -> None:
        switchboard = Switchboard(parts(), SwitchboardOptions(max_calls=2))
        first = asyncio.create_task(switchboard.connect(CallName("a", "test"), TimedLine({}, 3)))
        await asyncio.sleep(0.1)
        with pytest.raises(BusyError):
            await switchboard.connect(CallName("a", "test"), TimedLine({}, 3))
        second = asyncio.create_task(switchboard.connect(CallName("b", "test"), TimedLine({}, 3)))
        await asyncio.sleep(0.1)
        with pytest.raises(BusyError):
            await switchboard.connect(CallName("c", "test"), TimedLine({}, 3))
        assert [(await call).ended for call in (first, second)] == ["hang_up", "hang_up"]
        assert not switchboard.full

    run_in_virtual_time(main())


def test_at_the_end_calls_may_finish_for_a_while_and_are_then_hung_up() -> None:
    async def main() -> None:
        switchboard = Switchboard(parts())
        ended: list[CallRecord] = []
        switchboard.ended = ended.append
        calls = [
            asyncio.create_task(switchboard.connect(CallName(name, "test"), TimedLine({}, hang_up_s)))
            for name, hang_up_s in (("short", 3), ("long", 600))
        ]
        await asyncio.sleep(0.5)
        await switchboard.close(drain_s=4)
        assert now() < 8
        await asyncio.gather(*calls)
        assert [(record.conversation, record.ended) for record in ended] == [("short", "hang_up"), ("long", "shutdown")]
        with pytest.raises(BusyError):
            await switchboard.connect(CallName("late", "test"), TimedLine({}, 3))

    run_in_virtual_time(main())


def test_the_voice_is_warmed_up_between_calls_only() -> None:
    voice = ToneVoice()

    async def main() -> None:
        switchboard = Switchboard(parts(voice))
        call = asyncio.create_task(switchboard.connect(CallName("a", "test"), TimedLine({}, 3)))
        await asyncio.sleep(0.5)
        warming = asyncio.create_task(switchboard.warm_up(("一。", "二。"), 8000, 16000))
        await asyncio.sleep(2)
        assert voice.spoken == ["您好。"]
        await call
        await warming
        assert voice.spoken == ["您好。", "一。", "二。"]

    run_in_virtual_time(main())


def test_a_recording_that_is_wished_for_is_kept(tmp_path: Path) -> None:
    async def main() -> None:
        switchboard = Switchboard(parts(), SwitchboardOptions(recordings=tmp_path))
        await switchboard.connect(CallName("a", "test"), TimedLine({}, 3))

    run_in_virtual_time(main())
    assert (tmp_path / "a.wav").stat().st_size == pytest.approx(3 * 8000 * 4, abs=2000)


def test_calls_and_turns_are_counted() -> None:
    metrics = Metrics()

    async def main() -> None:
        switchboard = Switchboard(parts(), events=(CallMetrics(metrics),), counter=metrics)
        await switchboard.connect(CallName("a", "test"), TimedLine({}, 60))

    run_in_virtual_time(main())
    text = metrics.text().decode()
    assert 'xiangyin_calls_ended_total{reason="silence"} 1.0' in text
    assert "xiangyin_calls_active 0.0" in text
    assert 'xiangyin_turns_total{channel="voice"} 3.0' in text


def test_what_a_model_worded_and_what_the_guard_stopped_is_counted_for_calls_too() -> None:
    metrics = Metrics()
    worded = AdapterReplied("v1-warm", 120.0, response="utter_quote", model="north/v1-warm", whole_ms=400.0, worded=True)
    reply = replace(said("每月469元呢。"), wordings=(worded,), blocked=("figure",))
    turn = TurnRecord(
        "多少钱", "cmn", 0.9, (), {}, reply.actions, reply.text, None, wordings=reply.wordings, blocked=reply.blocked
    )
    CallMetrics(metrics).answered(turn)
    text = metrics.text().decode()
    assert 'xiangyin_wordings_total{adapter="v1-warm",outcome="worded"} 1.0' in text
    assert 'xiangyin_guard_blocked_total{kind="figure"} 1.0' in text
