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


def shifted(speech: Sound, before: int, floor: float = 0.0) -> Samples:
    """The turn that is heard where a sentence comes after so many samples of quiet."""
    line = np.concatenate([np.zeros(before, np.float32), speech, quiet(1.0)])
    if floor:
        line = line + np.random.default_rng(5).normal(0.0, floor, len(line)).astype(np.float32)
    ((_, turn),) = turns_of(line)
    return turn


def test_a_sentence_sounds_the_same_wherever_it_falls_on_the_windows(utter: Callable[[str], Sound]) -> None:
    """Frames of 20 ms against windows of 32 ms: eight ways. Only the quiet behind the last voice differs in length."""
    speech = utter("那这个的年费是多少")
    turns = [shifted(speech, LINE_HZ + FRAME * step) for step in range(8)]
    common = min(map(len, turns)) - 400  # the resampler's own edge
    for turn in turns:
        assert np.allclose(turn[:common], turns[0][:common], atol=1e-4)


def test_a_turn_begins_with_a_fifth_of_a_second_of_quiet(utter: Callable[[str], Sound]) -> None:
    speech = utter("那这个的年费是多少")
    loud = np.abs(speech) > 0.05 * np.abs(speech).max()
    turn = shifted(speech, 2 * LINE_HZ)
    assert float(np.argmax(np.abs(turn) > 0.003)) / 16_000 == pytest.approx(0.2, abs=0.02)
    assert len(turn) / 16_000 > loud.sum() / LINE_HZ


def test_a_line_with_noise_keeps_the_whole_of_what_came_before(utter: Callable[[str], Sound]) -> None:
    speech = utter("那这个的年费是多少")
    clean, noisy = shifted(speech, 2 * LINE_HZ), shifted(speech, 2 * LINE_HZ, floor=0.004)
    assert (len(noisy) - len(clean)) / 16_000 > 0.3
