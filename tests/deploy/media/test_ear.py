"""What one caller says, cut into turns."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest

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
