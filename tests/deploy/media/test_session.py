from __future__ import annotations

import asyncio
import wave
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deploy.media.options import CallOptions
from deploy.media.parts import CallName, CallParts, DialectParts
from deploy.media.recorder import WavRecorder
from deploy.media.records import CallRecord
from deploy.media.session import FAILED, UNHEARD, CallSession
from deploy.media.speaker import Speaker
from deploy.media.transport import Heard, LineClosedError, Sound, WireError
from deploy.media.virtual_time import run_in_virtual_time
from dialogue.events import AdapterReplied
from dialogue.reply import Reply
from dialogue.wording.wording import Mouth
from tests.fakes import ScriptedBrain, ScriptedRecogniser, TimedLine, ToneVoice, now, said

Utter = Callable[[str], Sound]
ROLL_S = 0.3  # the ear's margins around a turn
QUESTION = "那这个的年费是多少"
OTHER = "能不能便宜一点"
WORDED = AdapterReplied("v1-warm", 120.0, response="utter_quote", model="north/v1-warm", whole_ms=400.0, worded=True)
LONG_ANSWER = "这款是八核十六兆的云服务器，每年八千六百元，含五兆带宽，支持异地备份，也能对接您现有的系统。"


def hears(utter: Utter, *texts: str) -> ScriptedRecogniser:
    return ScriptedRecogniser({len(utter(text)) / 8000 + ROLL_S: text for text in texts})


def hold(
    line: TimedLine,
    brain: ScriptedBrain,
    recogniser: ScriptedRecogniser,
    options: CallOptions | None = None,
    record: Path | None = None,
) -> CallRecord:
    async def call() -> CallRecord:
        recorder = WavRecorder(record, line.rate_hz, 0.0) if record else None
        parts = CallParts(brain, recogniser, Speaker(ToneVoice()), options or CallOptions())
        return await CallSession(CallName("c1", "test"), line, parts, recorder=recorder).run()

    return run_in_virtual_time(call())


def test_a_caller_is_greeted_heard_and_answered(utter: Utter) -> None:
    brain = ScriptedBrain({QUESTION: said("每年八千六百元。", "action_quote")})
    line = TimedLine({1.5: utter(QUESTION)}, hang_up_s=7)
    call = hold(line, brain, hears(utter, QUESTION))
    assert (brain.asked, call.ended, brain.ended) == ([QUESTION], "hang_up", ["hang_up"])
    turn = call.turns[0]
    assert (turn.heard, turn.needs, turn.action, turn.reply) == (
        QUESTION,
        ("price_inquiry",),
        "action_quote",
        "每年八千六百元。",
    )
    assert turn.spoken == pytest.approx((1.5, 1.5 + len(utter(QUESTION)) / 8000), abs=0.15)
    assert turn.answered is not None
    assert turn.times.first_audio_ms == pytest.approx(0, abs=90)  # two windows of the detector


def test_what_is_said_while_the_turn_is_under_way_is_heard_once_and_the_rest_behind_it(utter: Utter) -> None:
    class Wordy(ScriptedBrain):
        def turn(self, *asked: Any) -> Reply:
            mouth: Mouth = asked[-1]
            for so_far in ("您好呀。", "您好呀。每月四百六十九元。"):
                mouth.say(so_far)
            return replace(super().turn(*asked), wordings=(WORDED,))

    voice = ToneVoice()
    brain = Wordy({QUESTION: said("您好呀。每月四百六十九元。您看可以吗？", "action_quote")})
    line = TimedLine({1.5: utter(QUESTION)}, hang_up_s=9)

    async def call() -> CallRecord:
        parts = CallParts(brain, hears(utter, QUESTION), Speaker(voice))
        return await CallSession(CallName("c1", "test"), line, parts).run()

    turn = run_in_virtual_time(call()).turns[0]
    assert voice.spoken == ["您好。", "您好呀。", "每月四百六十九元。", "您看可以吗？"]
    assert turn.json()["wordings"][0]["worded"] is True
    assert turn.answered is not None
    assert turn.answered[1] - turn.answered[0] == pytest.approx(
        0.1 * len("您好呀。每月四百六十九元。您看可以吗？") + 3 * 0.18, abs=0.1
    )


def test_recognition_starts_in_the_pause_and_is_not_done_twice(utter: Utter) -> None:
    recogniser = hears(utter, QUESTION)
    hold(TimedLine({1.5: utter(QUESTION)}, hang_up_s=6), ScriptedBrain(), recogniser)
    assert len(recogniser.heard_s) == 1


def test_a_caller_who_never_speaks_is_asked_twice_and_said_goodbye_to(utter: Utter) -> None:
    brain = ScriptedBrain()
    call = hold(TimedLine({}, hang_up_s=60), brain, hears(utter, QUESTION))
    assert [turn.action for turn in call.turns] == [
        "utter_still_there",
        "utter_still_there",
        "utter_silence_goodbye+action_end_call",
    ]
    assert call.ended == "silence"
    assert 18 < call.duration_s < 23


def test_a_caller_who_breaks_in_silences_the_bot_at_once_and_is_answered(utter: Utter) -> None:
    brain = ScriptedBrain({QUESTION: said(LONG_ANSWER), OTHER: said("可以打九折。")})
    question_s = len(utter(QUESTION)) / 8000
    breaks_in_s = 1.5 + question_s + 2.0
    line = TimedLine({1.5: utter(QUESTION), breaks_in_s: utter(OTHER)}, hang_up_s=breaks_in_s + 6)
    call = hold(line, brain, hears(utter, QUESTION, OTHER))
    assert brain.asked == [QUESTION, OTHER]
    assert [turn.interrupted for turn in call.turns] == [True, False]
    silent_from_s = max(at for at in line.bot_seconds() if at < breaks_in_s + len(utter(OTHER)) / 8000)
    assert silent_from_s - breaks_in_s < 0.45


@pytest.mark.parametrize("sound", ["嗯", "对", "好的", "对对对"])
def test_sounds_of_listening_do_not_stop_the_bot(utter: Utter, sound: str) -> None:
    brain = ScriptedBrain({QUESTION: said(LONG_ANSWER)})
    speaks_s = 1.5 + len(utter(QUESTION)) / 8000 + 2.0
    line = TimedLine({1.5: utter(QUESTION), speaks_s: utter(sound)}, hang_up_s=14)
    call = hold(line, brain, hears(utter, QUESTION, sound))
    assert brain.asked[:1] == [QUESTION]
    assert sound not in brain.asked
    assert not call.turns[0].interrupted
    heard_s = len(line.bot_seconds()) * 0.02
    assert heard_s == pytest.approx(0.1 * len("您好。") + 0.1 * len(LONG_ANSWER), abs=0.2)


def test_a_browser_s_queue_is_cleared_and_the_rest_is_said_after_a_sound_of_listening(utter: Utter) -> None:
    brain = ScriptedBrain({QUESTION: said(LONG_ANSWER)})
    speaks_s = 1.5 + len(utter(QUESTION)) / 8000 + 2.0
    line = TimedLine({1.5: utter(QUESTION), speaks_s: utter("对对对")}, hang_up_s=14, paces=True)
    hold(line, brain, hears(utter, QUESTION, "对对对"))
    assert len(line.cleared) == 1
    again = [at for at in line.bot_seconds() if at > line.cleared[0]]
    assert 1.0 < len(again) * 0.02 < 4.6


def test_yes_at_the_end_of_a_question_is_an_answer(utter: Utter) -> None:
    asked = said("我帮您转给同事，可以吗？")
    brain = ScriptedBrain({QUESTION: asked})
    speaks_s = 1.5 + len(utter(QUESTION)) / 8000 + 1.2
    line = TimedLine({1.5: utter(QUESTION), speaks_s: utter("好的")}, hang_up_s=10)
    hold(line, brain, hears(utter, QUESTION, "好的"))
    assert brain.asked == [QUESTION, "好的"]


def test_without_barge_in_the_bot_finishes_and_hears_nothing_meanwhile(utter: Utter) -> None:
    brain = ScriptedBrain({QUESTION: said(LONG_ANSWER)})
    speaks_s = 1.5 + len(utter(QUESTION)) / 8000 + 1.5
    line = TimedLine({1.5: utter(QUESTION), speaks_s: utter(OTHER)}, hang_up_s=12)
    call = hold(line, brain, hears(utter, QUESTION, OTHER), CallOptions(barge_in=False))
    assert brain.asked == [QUESTION]
    assert not call.turns[0].interrupted


def test_a_hand_over_is_announced_to_its_end_before_the_line_is_given_up(utter: Utter) -> None:
    brain = ScriptedBrain({QUESTION: said("这就帮您转接同事。", "action_hand_over", hand_over=True)})
    line = TimedLine({1.5: utter(QUESTION)}, hang_up_s=30)
    call = hold(line, brain, hears(utter, QUESTION))
    assert call.ended == "hand_over"
    assert call.turns[0].answered is not None
    begun, ended = call.turns[0].answered
    assert ended - begun == pytest.approx(0.1 * len("这就帮您转接同事。") + 0.18, abs=0.05)
    assert call.duration_s < 10


def test_noise_without_words_is_no_turn_and_does_not_keep_the_silence_from_being_noticed(utter: Utter) -> None:
    brain = ScriptedBrain()
    call = hold(TimedLine({2.0: utter("对")}, hang_up_s=60), brain, ScriptedRecogniser({1.0: ""}))
    assert call.ended == "silence"
    assert call.turns[0].action == "utter_still_there"


@pytest.mark.parametrize("spoken", [QUESTION, "可以"])
def test_speech_without_words_is_an_utterance_that_was_not_understood_and_is_told_so_at_once(utter: Utter, spoken: str) -> None:
    brain = ScriptedBrain()
    call = hold(TimedLine({1.5: utter(spoken)}, hang_up_s=6), brain, ScriptedRecogniser({1.0: ""}))
    assert brain.asked == [UNHEARD]
    waited_ms = call.turns[0].times.first_audio_ms
    assert waited_ms is not None
    assert waited_ms < 500


def test_a_line_that_sends_rubbish_ends_the_call_and_nothing_else(utter: Utter) -> None:
    class Rubbish(TimedLine):
        async def receive(self) -> None:  # type: ignore[override]
            raise WireError("7 bytes are no whole number of 16-bit samples")

    brain = ScriptedBrain()
    assert hold(Rubbish({}, hang_up_s=5), brain, hears(utter, QUESTION)).ended == "dropped"
    assert brain.ended == ["dropped"]


def test_a_bot_that_fails_says_so_aloud_and_the_call_ends(utter: Utter) -> None:
    class Failing(ScriptedBrain):
        def turn(self, *_arguments: object) -> Reply:
            raise RuntimeError("the disk is full")

    line = TimedLine({1.5: utter(QUESTION)}, hang_up_s=20)
    call = hold(line, Failing(), hears(utter, QUESTION))
    assert call.ended == "error"
    assert len(line.bot_seconds()) * 0.02 > 0.1 * len(FAILED) - 0.5


def test_a_call_ends_when_it_has_lasted_long_enough(utter: Utter) -> None:
    call = hold(TimedLine({}, hang_up_s=60), ScriptedBrain(), hears(utter, QUESTION), CallOptions(max_call_s=3))
    assert (call.ended, call.duration_s) == ("too_long", 3.0)


def test_the_recording_holds_the_caller_left_and_the_bot_right(utter: Utter, tmp_path: Path) -> None:
    brain = ScriptedBrain({QUESTION: said("每年八千六百元。")})
    line = TimedLine({1.5: utter(QUESTION)}, hang_up_s=7)
    call = hold(line, brain, hears(utter, QUESTION), record=tmp_path / "calls" / "c1.wav")
    with wave.open(str(tmp_path / "calls" / "c1.wav")) as file:
        assert (file.getnchannels(), file.getframerate()) == (2, 8000)
        sound = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2) / 32768
    assert len(sound) / 8000 == pytest.approx(7.0, abs=0.05)
    question = slice(int(1.5 * 8000), int(1.5 * 8000) + len(utter(QUESTION)))
    assert np.corrcoef(sound[question, 0], utter(QUESTION))[0, 1] > 0.999
    assert np.abs(sound[question, 1]).max() == 0
    assert call.turns[0].answered is not None
    begun, ended = (int(at * 8000) for at in call.turns[0].answered)
    assert np.abs(sound[begun : ended - 1600, 1]).max() > 0.2
    assert np.abs(sound[begun:ended, 0]).max() == 0


def test_a_sentence_that_stops_in_the_middle_is_waited_for_and_answered_whole(utter: Utter) -> None:
    first, rest = "我要一台云服务器还要", "支持异地备份"
    brain = ScriptedBrain()
    rest_s = 1.5 + len(utter(first)) / 8000 + 0.9
    line = TimedLine({1.5: utter(first), rest_s: utter(rest)}, hang_up_s=10)
    call = hold(line, brain, hears(utter, first, rest))
    assert brain.asked == [first + rest]
    assert call.turns[0].spoken == pytest.approx((1.5, rest_s + len(utter(rest)) / 8000), abs=0.2)


def test_a_sentence_that_never_goes_on_is_answered_as_it_is(utter: Utter) -> None:
    first = "我要一台云服务器还要"
    brain = ScriptedBrain()
    hold(TimedLine({1.5: utter(first)}, hang_up_s=8), brain, hears(utter, first))
    assert brain.asked == [first]


def test_a_line_that_is_gone_in_the_middle_of_the_last_words_ends_the_call(utter: Utter) -> None:
    brain = ScriptedBrain({QUESTION: said(LONG_ANSWER, "action_hand_over", hand_over=True)})
    gone_s = 1.5 + len(utter(QUESTION)) / 8000 + 1.5

    class Cut(TimedLine):
        async def send(self, samples: Sound) -> None:
            if now() > gone_s:
                raise LineClosedError
            await super().send(samples)

    call = hold(Cut({1.5: utter(QUESTION)}, hang_up_s=gone_s), brain, hears(utter, QUESTION))
    assert call.ended == "hand_over"
    assert call.duration_s < gone_s + 1


def test_a_line_that_sends_in_large_pieces_is_not_taken_for_silent_in_between(utter: Utter) -> None:
    class Pieces(TimedLine):
        async def receive(self) -> Heard:
            return Heard(np.concatenate([(await TimedLine.receive(self)).samples for _ in range(50)]))

    recogniser = hears(utter, QUESTION)
    hold(Pieces({1.5: utter(QUESTION)}, hang_up_s=8), ScriptedBrain(), recogniser)
    assert recogniser.heard_s == [pytest.approx(len(utter(QUESTION)) / 8000 + ROLL_S, abs=0.15)]


def test_a_flood_of_sound_is_no_telephone(utter: Utter) -> None:
    class Flood(TimedLine):
        async def receive(self) -> Heard:
            await asyncio.sleep(0)
            return Heard(np.zeros(4000, np.float32))

    call = hold(Flood({}, hang_up_s=60), ScriptedBrain(), hears(utter, QUESTION))
    assert call.ended == "dropped"
    assert call.duration_s < 1


def test_a_caller_whose_dialect_is_known_is_heard_and_answered_in_it(utter: Utter) -> None:
    first, second = ScriptedRecogniser({1.0: QUESTION}, dialect="yue"), ScriptedRecogniser({1.0: OTHER}, dialect="yue")
    voices = ToneVoice(), ToneVoice()
    own = DialectParts(second, Speaker(voices[1]))
    brain, line = ScriptedBrain(), TimedLine({1.5: utter(QUESTION), 6.0: utter(OTHER)}, hang_up_s=10)

    async def call() -> CallRecord:
        parts = CallParts(brain, first, Speaker(voices[0]), dialects=("cmn", "yue"), by_dialect={"yue": own})
        return await CallSession(CallName("c1", "test"), line, parts).run()

    record = run_in_virtual_time(call())
    assert [turn.dialect for turn in record.turns] == ["yue", "yue"]
    assert (len(first.heard_s), len(second.heard_s)) == (1, 1)
    assert voices[1].spoken == ["好的。"]
    assert voices[0].spoken == ["您好。"]
