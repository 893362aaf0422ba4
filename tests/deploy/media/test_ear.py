"""What one caller says, cut into turns."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from asr.transcript import Samples
from asr.turn_end import TurnEnded, TurnOptions
from deploy.media.ear import Ear
from deploy.media.transport import Sound

LINE_HZ, FRAME = 8000, 160


def turn_of(sound: Sound, is_echo: Callable[[], bool] | None) -> Sound:
    ear = Ear(LINE_HZ, TurnOptions())
    line = np.concatenate([np.zeros(LINE_HZ, np.float32), sound, np.zeros(LINE_HZ, np.float32)])
    for at in range(0, len(line), FRAME):
        for event in ear.hear(line[at : at + FRAME], is_echo):
            if isinstance(event, TurnEnded):
                return ear.turn(event.start, event.end)
    raise AssertionError("no turn was heard")


@pytest.mark.parametrize("mistaken", [0, 6, 12])
def test_a_turn_begins_before_its_first_syllable_also_where_that_was_taken_for_the_bots_voice(
    utter: Callable[[str], Sound], mistaken: int
) -> None:
    """`mistaken` windows of clear speech (32 ms each) are like the bot's voice."""
    answers: Iterator[bool] = iter([True] * mistaken + [False] * 1000)
    speech = utter("那这个的年费是多少")
    free, guarded = turn_of(speech, None), turn_of(speech, lambda: next(answers))

    def onset_s(turn: Sound) -> float:
        return float(np.flatnonzero(np.abs(turn) > 0.02)[0]) / 16_000

    assert onset_s(free) >= 0.02
    assert onset_s(guarded) == pytest.approx(onset_s(free), abs=0.04), "the beginning is missing"


def turns_of(line: Sound, end_silence_ms: int = 500) -> list[tuple[TurnEnded, Samples]]:
    ear, turns = Ear(LINE_HZ, TurnOptions(end_silence_ms=end_silence_ms)), []
    for at in range(0, len(line), FRAME):
        turns += [
            (event, ear.turn(event.start, event.end)) for event in ear.hear(line[at : at + FRAME]) if isinstance(event, TurnEnded)
        ]
    return turns


def quiet(seconds: float) -> Sound:
    return np.zeros(int(seconds * LINE_HZ), np.float32)


@pytest.mark.parametrize("before_s", [4.0, 20.0])
def test_a_turn_has_its_first_syllable_however_long_the_quiet_before(utter: Callable[[str], Sound], before_s: float) -> None:
    speech = 0.1 * utter("能不能便宜一点")
    ((ended, turn),) = turns_of(np.concatenate([quiet(before_s), speech, quiet(1.0)]))
    assert ended.start / 16_000 == pytest.approx(before_s, abs=0.2)
    assert len(turn) / 16_000 > len(speech) / LINE_HZ


def test_the_end_of_one_turn_is_not_heard_again_in_the_next(utter: Callable[[str], Sound]) -> None:
    first, second = utter("能不能便宜一点"), utter("那这个的年费是多少")
    line = np.concatenate([quiet(1.0), first, quiet(0.35), second, quiet(1.0)])
    (_, _), (_, turn) = turns_of(line, end_silence_ms=200)
    before_s = float(np.flatnonzero(np.abs(turn) > 0.02)[0]) / 16_000
    assert 0.05 < before_s < 0.6
    assert len(turn) / 16_000 < len(second) / LINE_HZ + 0.6
