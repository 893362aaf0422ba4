from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from deploy.media.parts import CallName, CallParts
from deploy.media.records import CallRecord
from deploy.media.session import CallSession
from deploy.media.speaker import Speaker
from deploy.media.transport import Sound
from deploy.media.virtual_time import run_in_virtual_time
from synth_data.speech import Speech
from tests.fakes import ScriptedBrain, ScriptedRecogniser, TimedLine

GREETING = "您好，这里是云服务器销售热线，我们有轻量服务器和云数据库，还有对象存储，请问您想了解哪一种产品呢？"


class RealVoice:
    """A voice that a detector takes for speech."""

    def __init__(self, utter: Callable[[str], Sound]) -> None:
        self._utter = utter

    def synthesize(self, text: str) -> Speech:
        return Speech(self._utter(text), 8000)


def call(line: TimedLine, utter: Callable[[str], Sound], brain: ScriptedBrain) -> CallRecord:
    async def main() -> CallRecord:
        parts = CallParts(brain, ScriptedRecogniser({1.0: "等一下"}), Speaker(RealVoice(utter)))
        return await CallSession(CallName("c", "test"), line, parts).run()

    return run_in_virtual_time(main())


@pytest.mark.parametrize(("gain", "delay_s"), [(0.3, 0.05), (0.1, 0.2), (0.05, 0.45)])
def test_the_bot_does_not_take_its_own_echo_for_a_caller(utter: Callable[[str], Sound], gain: float, delay_s: float) -> None:
    brain = ScriptedBrain(greeting=GREETING)
    whole = TimedLine({}, hang_up_s=14)
    call(whole, utter, ScriptedBrain(greeting=GREETING))
    line = TimedLine({}, hang_up_s=14, echo=(gain, delay_s))
    call(line, utter, brain)
    assert brain.asked == []
    assert len(line.bot_seconds()) == len(whole.bot_seconds())


def test_a_caller_who_breaks_in_over_an_echo_is_heard(utter: Callable[[str], Sound]) -> None:
    brain = ScriptedBrain(greeting=GREETING)
    line = TimedLine({4.0: utter("等一下我想问价格") * np.float32(0.5)}, hang_up_s=14, echo=(0.1, 0.2))
    call(line, utter, brain)
    assert brain.asked[0] == "等一下"
    assert max(at for at in line.bot_seconds() if at < 6) < 4.8
