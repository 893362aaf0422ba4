from __future__ import annotations

import numpy as np
import pytest

from deploy.media.speaker import Speaker
from synth_data.speech import Speech
from tests.fakes import ToneVoice


def test_a_sentence_is_synthesised_once_for_each_rate() -> None:
    voice = ToneVoice()
    speaker = Speaker(voice)
    first = speaker.speak("您好。", 8000)
    assert speaker.speak("您好。", 8000) is first
    assert len(speaker.speak("您好。", 16000)) == pytest.approx(2 * len(first), abs=2)
    assert voice.spoken == ["您好。", "您好。"]


def test_what_is_kept_is_bounded_and_the_oldest_goes_first() -> None:
    one = Speaker(ToneVoice()).speak("一", 8000)
    voice = ToneVoice()
    speaker = Speaker(voice, cache_bytes=2 * one.nbytes)
    for sentence in ("一", "二", "一", "三"):
        speaker.speak(sentence, 8000)
    assert speaker.cached("二", 8000) is None
    assert speaker.cached("一", 8000) is not None
    assert np.abs(one).max() == pytest.approx(0.3, abs=0.02)


class StandIn:
    """Says each sentence, but not so that it should be kept."""

    def __init__(self) -> None:
        self.spoken = 0

    def synthesize(self, text: str) -> Speech:
        self.spoken += 1
        return Speech(np.full(len(text) * 800, 0.1, np.float32), 8000, lasting=False)


def test_what_another_voice_said_in_its_place_is_not_kept() -> None:
    voice = StandIn()
    speaker = Speaker(voice)
    assert len(speaker.speak("您好。", 8000, 16000)) > 2400
    assert speaker.cached("您好。", 8000) is None
    speaker.speak("您好。", 8000)
    assert voice.spoken == 2
