from __future__ import annotations

from collections.abc import Callable

import numpy as np

from deploy.media.file_line import FileLine
from deploy.media.parts import CallName, CallParts
from deploy.media.records import CallRecord
from deploy.media.session import CallSession
from deploy.media.speaker import Speaker
from deploy.media.transport import Sound
from deploy.media.virtual_time import run_in_virtual_time
from tests.fakes import ScriptedBrain, ScriptedRecogniser, ToneVoice, said

QUESTION, OTHER = "那这个的年费是多少", "能不能便宜一点"


def call(brain: ScriptedBrain, sound: Sound, recogniser: ScriptedRecogniser) -> CallRecord:
    async def main() -> CallRecord:
        parts = CallParts(brain, recogniser, Speaker(ToneVoice()))
        return await CallSession(CallName("c", "file"), FileLine(sound, 8000), parts).run()

    return run_in_virtual_time(main())


def silence(seconds: float) -> Sound:
    return np.zeros(int(seconds * 8000), np.float32)


def test_a_file_with_a_pause_is_two_turns_each_said_after_the_answer_before(utter: Callable[[str], Sound]) -> None:
    recogniser = ScriptedRecogniser({len(utter(text)) / 8000 + 0.3: text for text in (QUESTION, OTHER)})
    brain = ScriptedBrain({QUESTION: said("一年八千六百元，含五兆带宽，支持异地备份。")})
    record = call(brain, np.concatenate([utter(QUESTION), silence(0.8), utter(OTHER)]), recogniser)
    assert brain.asked == [QUESTION, OTHER]
    assert record.ended == "hang_up"
    first, second = record.turns
    assert first.spoken is not None
    assert record.greeted is not None
    assert first.spoken[0] > record.greeted[1]
    assert not first.interrupted
    assert second.spoken is not None
    assert first.answered is not None
    assert second.spoken[0] > first.answered[1]
    assert second.answered is not None


def test_a_file_without_speech_is_asked_twice_and_said_goodbye_to() -> None:
    record = call(ScriptedBrain(), silence(2), ScriptedRecogniser({1.0: ""}))
    assert [turn.heard for turn in record.turns] == ["", "", ""]
    assert record.ended == "silence"


def test_the_rest_of_a_file_is_not_said_to_a_bot_that_has_hung_up(utter: Callable[[str], Sound]) -> None:
    brain = ScriptedBrain({QUESTION: said("再见。", end=True)})
    sound = np.concatenate([utter(QUESTION), silence(1), utter(QUESTION)])
    record = call(brain, sound, ScriptedRecogniser({1.0: QUESTION}))
    assert (brain.asked, record.ended) == ([QUESTION], "goodbye")


def test_the_same_file_gives_the_same_call(utter: Callable[[str], Sound]) -> None:
    def once() -> tuple[object, ...]:
        record = call(ScriptedBrain(), utter(QUESTION), ScriptedRecogniser({1.0: QUESTION}))
        return record.duration_s, record.turns[0].spoken, record.turns[0].answered

    assert once() == once()
