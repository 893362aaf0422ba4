from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest

from asr.transcript import SAMPLE_RATE_HZ
from asr.turn_end import SpeechPaused, SpeechResumed, SpeechStarted, TurnEnded, TurnEvent, TurnOptions, TurnState, has_voice, step
from asr.vad import WINDOW
from synth_data.speakers import Speaker
from synth_data.voices import DialectVoice
from tests.asr.spoken import at_16k

OPTIONS = TurnOptions(end_silence_ms=320, eager_silence_ms=160, max_turn_ms=3_200)


def run(probabilities: Iterable[float], options: TurnOptions = OPTIONS) -> list[TurnEvent]:
    state, events = TurnState(), []
    for probability in probabilities:
        state, new = step(state, probability, options)
        events.extend(new)
    return events


def test_a_turn_starts_with_its_first_voiced_window_and_ends_after_the_silence() -> None:
    assert run([0.0] * 5 + [0.9] * 10 + [0.0] * 10) == [
        SpeechStarted(5 * WINDOW),
        SpeechPaused(5 * WINDOW, 15 * WINDOW),
        TurnEnded(5 * WINDOW, 15 * WINDOW, voiced_ms=320),
    ]


def test_a_pause_inside_a_sentence_does_not_end_the_turn() -> None:
    events = run([0.9] * 10 + [0.0] * 6 + [0.9] * 10 + [0.0] * 10)
    assert [type(event) for event in events] == [SpeechStarted, SpeechPaused, SpeechResumed, SpeechPaused, TurnEnded]
    assert events[-1] == TurnEnded(0, 26 * WINDOW, voiced_ms=640)


def test_a_click_is_no_turn() -> None:
    assert run([0.9] * 2 + [0.0] * 20) == []


def test_a_dip_between_the_thresholds_is_still_speech() -> None:
    assert run([0.9] * 5 + [0.4] * 8 + [0.9] + [0.0] * 10)[-1] == TurnEnded(0, 14 * WINDOW, voiced_ms=14 * 32)


def test_a_doubtful_sound_alone_starts_nothing() -> None:
    assert run([0.45] * 50) == []


def test_someone_who_never_stops_is_cut_and_heard_in_parts() -> None:
    ends = [event for event in run([0.9] * 250) if isinstance(event, TurnEnded)]
    assert [(end.start // WINDOW, end.end // WINDOW, end.cut) for end in ends] == [(0, 100, True), (100, 200, True)]


def test_two_turns_are_told_apart() -> None:
    ends = [event for event in run(([0.9] * 6 + [0.0] * 12) * 2) if isinstance(event, TurnEnded)]
    assert [(end.start, end.end) for end in ends] == [(0, 6 * WINDOW), (18 * WINDOW, 24 * WINDOW)]


def test_an_end_of_turn_shorter_than_the_eager_pause_is_refused() -> None:
    with pytest.raises(ValueError, match="end_silence_ms must be 96 ms or more, got 50"):
        TurnOptions(end_silence_ms=50)


def test_a_voice_is_told_from_tones_and_noise_however_faint() -> None:
    voice = DialectVoice("cmn", Speaker("f3", 150))
    spoken = at_16k(voice.synthesize("要八核的"))
    voice.close()
    seconds = np.arange(2 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    assert has_voice(spoken)
    assert has_voice(spoken * 0.02)
    assert not has_voice((0.2 * np.sin(2 * np.pi * 450 * seconds)).astype(np.float32))
    assert not has_voice(np.random.default_rng(0).normal(0, 0.02, 2 * SAMPLE_RATE_HZ).astype(np.float32))
    assert not has_voice(np.zeros(0, np.float32))
