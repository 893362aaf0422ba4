"""The engine in its own process."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import numpy as np
import pytest

from synth_data.voices import DialectVoice, EspeakEngine, EspeakOptions, VoiceError


@pytest.fixture
def engine() -> Iterator[EspeakEngine]:
    started = EspeakEngine()
    yield started
    started.close()


def test_speech_is_mono_float_at_the_engines_rate(engine: EspeakEngine) -> None:
    speech = engine.speak("你好", EspeakOptions())
    assert speech.rate_hz == 22_050
    assert speech.samples.dtype == np.float32
    assert speech.samples.ndim == 1
    assert 0.05 < np.abs(speech.samples).max() <= 1.0
    assert 0.3 < speech.duration_s < 2.0


def test_a_killed_engine_is_started_again_by_the_next_sentence(engine: EspeakEngine) -> None:
    before = engine.speak("云服务器", EspeakOptions())
    first = engine.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    after = engine.speak("云服务器", EspeakOptions())
    assert engine.pid != first
    np.testing.assert_array_equal(before.samples, after.samples)


def test_the_chunks_of_a_stream_are_the_whole_sentence(engine: EspeakEngine) -> None:
    chunks = list(engine.stream("我想要云服务器", EspeakOptions()))
    assert len(chunks) > 5
    joined = np.concatenate([chunk.samples for chunk in chunks])
    np.testing.assert_array_equal(joined, engine.speak("我想要云服务器", EspeakOptions()).samples)


def test_a_stream_left_early_does_not_disturb_the_next_sentence(engine: EspeakEngine) -> None:
    whole = engine.speak("谢谢", EspeakOptions())
    stream = engine.stream("这是一句很长很长的话", EspeakOptions())
    next(stream)
    stream.close()
    np.testing.assert_array_equal(engine.speak("谢谢", EspeakOptions()).samples, whole.samples)


def test_an_unknown_voice_is_told_by_name_and_the_engine_lives_on(engine: EspeakEngine) -> None:
    with pytest.raises(VoiceError, match="xx-nowhere"):
        engine.speak("你好", EspeakOptions(language="xx-nowhere"))
    assert engine.speak("你好", EspeakOptions()).duration_s > 0.3


@pytest.mark.parametrize("text", ["8核16G每年8600元，支持ERP对接。", "您好！请问您贵姓？"])
def test_the_bots_voice_reads_digits_letters_and_punctuation(engine: EspeakEngine, text: str) -> None:
    speech = DialectVoice(engine=engine).synthesize(text)
    assert speech.duration_s > 0.15 * len(text.strip("，。！？"))


def test_the_same_text_sounds_the_same_twice(engine: EspeakEngine) -> None:
    voice = DialectVoice("yue", engine=engine)
    first, second = voice.synthesize("几多钱呀"), voice.synthesize("几多钱呀")
    np.testing.assert_array_equal(first.samples, second.samples)


def test_a_character_without_a_reading_is_passed_over(engine: EspeakEngine) -> None:
    voice = DialectVoice(engine=engine)
    assert voice.synthesize("你瓱好").duration_s == pytest.approx(voice.synthesize("你好").duration_s, rel=0.2)


def test_a_text_that_nobody_can_say_is_silence(engine: EspeakEngine) -> None:
    assert DialectVoice(engine=engine).synthesize("😀").duration_s < 0.5


def test_a_closed_engine_starts_no_further_child() -> None:
    engine = EspeakEngine()
    engine.close()
    with pytest.raises(VoiceError, match="closed"):
        engine.speak("你好", EspeakOptions())
