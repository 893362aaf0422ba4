"""The voice behind a server, against one that really speaks."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dialogue.speech_server import SpeechServer, SpokenAs
from synth_data.speech import Speech
from synth_data.voices import VoiceError
from synth_data.voices.http import HttpVoice
from synth_data.voices.http_speakers import HttpSpeaker, HttpSpeakers, HttpVoices
from synth_data.voices.sound_cache import SoundCache
from synth_data.voices.stand_in import StandInVoice
from tests.synth_data.voices.speech_server import Served, speech_server

TEXT = "请问您想了解哪一款"


@pytest.fixture
def served() -> Iterator[Served]:
    with speech_server() as running:
        yield running


def told(served: Served, **settings: Any) -> SpeechServer:
    return SpeechServer(served.url, "qwen3-tts", "xiaomei", **{"deadline_s": 20.0, "retries": 0, **settings})


def voice(served: Served, environment: Mapping[str, str] | None = None, **settings: Any) -> closing[HttpVoice]:
    return closing(HttpVoice(told(served, **settings), environment=environment or {}))


@pytest.mark.parametrize(("form", "streams"), [("wav", False), ("wav", True), ("pcm", False), ("flac", False)])
def test_speech_comes_as_the_server_made_it(served: Served, form: Any, streams: bool) -> None:
    served.streams = streams
    with voice(served, format=form, pcm_rate_hz=22_050) as spoken:
        speech = spoken.synthesize(TEXT)
    expected = served.said[0]
    assert speech.rate_hz == expected.rate_hz == 22_050
    np.testing.assert_allclose(speech.samples, expected.samples, atol=1e-4)


@pytest.mark.parametrize("form", ["mp3", "opus"])
def test_lossy_formats_are_read_too(served: Served, form: Any) -> None:
    with voice(served, format=form) as spoken:
        speech = spoken.synthesize(TEXT)
    expected = served.said[0]
    assert speech.duration_s == pytest.approx(expected.duration_s, abs=0.1)
    assert np.std(speech.samples) == pytest.approx(np.std(expected.samples), rel=0.2)


@pytest.mark.parametrize(("form", "streams", "at_once"), [("wav", True, False), ("pcm", False, False), ("flac", False, True)])
def test_the_stream_gives_the_same_sound_in_pieces(served: Served, form: Any, streams: bool, at_once: bool) -> None:
    served.streams = streams
    with voice(served, format=form, pcm_rate_hz=22_050) as spoken:
        pieces = list(spoken.stream(TEXT))
    assert (len(pieces) == 1) == at_once
    assert {piece.rate_hz for piece in pieces} == {22_050}
    np.testing.assert_allclose(np.concatenate([piece.samples for piece in pieces]), served.said[0].samples, atol=1e-4)


def test_the_request_says_what_the_settings_say_and_no_more(served: Served) -> None:
    dialects = {"yue": SpokenAs("laowang", "请用粤语说")}
    with voice(served) as plain:
        plain.synthesize("好")
    cantonese = HttpVoice(told(served, dialects=dialects, speed=1.2, key_env="KEY"), "yue", environment={"KEY": "k"})
    with closing(cantonese):
        cantonese.synthesize("好")
    assert served.asked[0] == {"model": "qwen3-tts", "input": "好", "voice": "xiaomei", "response_format": "wav"}
    assert served.asked[1] == {**served.asked[0], "voice": "laowang", "instructions": "请用粤语说", "speed": 1.2}
    assert served.keys == [None, "Bearer k"]


def test_a_key_that_is_not_set_is_told_by_its_variable(served: Served) -> None:
    with pytest.raises(VoiceError, match="environment variable KEY, which is to hold the key of http"):
        HttpVoice(told(served, key_env="KEY"), environment={})


def test_a_busy_server_is_asked_again(served: Served) -> None:
    served.statuses = [503, 429]
    with voice(served, retries=2) as spoken:
        assert len(spoken.synthesize("好").samples)
    assert len(served.asked) == 3


@pytest.mark.parametrize(
    ("statuses", "raw", "said"),
    [
        ([400], None, "answered 400; does it have the model 'qwen3-tts' and the voice 'xiaomei'?"),
        ([500], None, "answered 500"),
        ([503, 503], None, "answered 503"),
        ([], ("application/json", b'{"error": "no"}'), "answered with text, not sound"),
        ([], ("audio/wav", b""), "cannot be read"),
        ([], ("audio/mpeg", b"rubbish" * 100), "cannot be read"),
    ],
)
def test_what_is_no_speech_is_one_clear_error(served: Served, statuses: list[int], raw: Any, said: str) -> None:
    served.statuses, served.raw = statuses, raw
    with voice(served) as spoken, pytest.raises(VoiceError) as fault:
        spoken.synthesize("王女士您好")
    assert str(fault.value).startswith(f"the voice at {served.url}: ")
    assert said in str(fault.value)
    assert "王女士" not in str(fault.value)


def test_a_server_that_drips_does_not_outlast_the_deadline(served: Served) -> None:
    served.drips = True
    began = time.monotonic()
    with voice(served, deadline_s=0.3, format="pcm") as spoken, pytest.raises(VoiceError, match="too late"):
        spoken.synthesize("好")
    assert time.monotonic() - began < 5
    assert served.hung_up.wait(10)


def test_after_failures_in_a_row_the_server_is_left_alone() -> None:
    nowhere = SpeechServer("http://127.0.0.1:9/v1", "m", "v", retries=0, failures=2, rest_s=600)
    with closing(HttpVoice(nowhere, environment={})) as spoken:
        for _ in range(2):
            with pytest.raises(VoiceError, match="out of reach"):
                spoken.synthesize("好")
        with pytest.raises(VoiceError, match="left alone for a while after 2 failures"):
            spoken.synthesize("好")


def test_what_may_be_kept_is_asked_for_once_by_all_its_parameters(served: Served, tmp_path: Path) -> None:
    cache = SoundCache(tmp_path)
    slow = told(served, speed=0.9)
    for server in (told(served), told(served), slow, slow):
        with closing(HttpVoice(server, cache=cache, kept={"好"}, environment={})) as spoken:
            first = spoken.synthesize("好")
            again = spoken.synthesize("好")
            np.testing.assert_allclose(first.samples, again.samples, atol=1e-4)
            assert first.rate_hz == again.rate_hz
    assert [asked.get("speed") for asked in served.asked] == [None, 0.9]
    with closing(HttpVoice(slow, cache=cache, kept={"好"}, environment={})) as spoken:
        spoken.synthesize("王女士您好")
        spoken.synthesize("王女士您好")
    assert len(served.asked) == 4
    assert len(list(tmp_path.rglob("*.flac"))) == 2


def test_a_broken_file_of_the_cache_is_asked_for_anew(served: Served, tmp_path: Path) -> None:
    for _ in range(2):
        with closing(HttpVoice(told(served), cache=SoundCache(tmp_path), environment={})) as spoken:
            spoken.synthesize("好")
        for file in tmp_path.rglob("*.flac"):
            file.write_bytes(b"torn")
    assert len(served.asked) == 2


class Silent:
    """A voice that always fails."""

    def synthesize(self, text: str) -> Speech:
        raise VoiceError(f"no voice for {len(text)} characters")


class Toneless:
    def synthesize(self, text: str) -> Speech:
        return Speech(np.full(len(text), 0.5, np.float32), 8000)


def test_another_voice_stands_in_is_counted_and_not_kept(caplog: pytest.LogCaptureFixture) -> None:
    failed: list[int] = []
    spoken = StandInVoice(Silent(), Toneless(), lambda: failed.append(1))
    speech = spoken.synthesize("王女士您好")
    assert (len(speech.samples), speech.lasting) == (5, False)
    assert (spoken.failures, failed) == (1, [1])
    assert "stands in (1 sentences so far)" in caplog.text
    assert "王女士" not in caplog.text
    assert StandInVoice(Toneless(), Silent()).synthesize("好").lasting


def test_speakers_of_a_corpus_are_drawn_by_the_seed_and_apart(served: Served, tmp_path: Path) -> None:
    config = HttpVoices(told(served), ("xiaomei",), ("laowang",), cache=tmp_path)
    with closing(HttpSpeakers(config)) as speakers:
        drawn = [speakers.draw(np.random.default_rng(seed), "train") for seed in (1, 2, 1)]
        assert drawn[0] == drawn[2] != drawn[1]
        assert all(0.85 <= speaker.speed <= 1.15 for speaker in drawn)
        held_out = speakers.draw(np.random.default_rng(1), "eval")
        assert (held_out.voice, held_out.name) == ("laowang", "http-laowang")
        slow, fast = (speakers.speak(TEXT, "cmn-sichuan", HttpSpeaker("laowang", speed)) for speed in (0.85, 1.15))
        assert slow.duration_s > 1.15 * fast.duration_s
    assert [asked["instructions"] for asked in served.asked] == ["请用四川话说"] * 2


def test_a_voice_serves_training_or_evaluation_not_both() -> None:
    with pytest.raises(VoiceError, match="both name a; a voice serves one"):
        HttpVoices(SpeechServer("http://h/v1", "m", "v"), ("a",), ("a",))
    speakers = HttpSpeakers(HttpVoices(SpeechServer("http://h/v1", "m", "v"), ("a",)))
    with pytest.raises(VoiceError, match="eval_voices are empty"):
        speakers.draw(np.random.default_rng(1), "eval")
