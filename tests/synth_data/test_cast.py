"""Who speaks in a corpus."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

from asr.manifest import read_manifest
from dialogue.speech_server import SpeechServer
from synth_data.cast import BankActor, CannotSayError, EspeakActor, HttpVoices, Line, available_voices, dialects_of
from synth_data.clips import close_makers
from synth_data.corpus import SynthConfig, synthesize
from synth_data.phonology import DIALECTS, pronounce
from synth_data.speech import Speech
from synth_data.texts.grammar import Kinds
from synth_data.voices.espeak import EspeakEngine, EspeakOptions, TextLostError
from tests.synth_data.voices.banks.sounds import RATE_HZ, still, syllable
from tests.synth_data.voices.speech_server import speech_server

SMALL = Kinds(single=0, compound=0, small=1, words=0, digits=0)


@pytest.fixture(autouse=True)
def _no_voice_is_left_running() -> Iterator[None]:
    yield
    close_makers()


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    """One word said by three people, and a bank of two syllables."""
    words, syllables = tmp_path / "words34", tmp_path / "bank_cmn/syllables"
    words.mkdir()
    syllables.mkdir(parents=True)
    lines = []
    for speaker in ("spk01", "spk02", "spk03"):
        soundfile.write(words / f"{speaker}.flac", np.sin(np.arange(8000) / 20).astype(np.float32) / 3, 16_000)
        lines.append(json.dumps({"file": f"{speaker}.flac", "speaker": speaker, "word": "上海"}))
    (words / "manifest.jsonl").write_text("\n".join(lines), "utf-8")
    for reading in ("ni3", "ni2", "hao3"):
        soundfile.write(syllables / f"cmn-{reading}.wav", np.concatenate([still(), syllable(reading), still()]), RATE_HZ)
    return tmp_path


@pytest.mark.parametrize(
    ("voice", "speaks", "not_"),
    [("espeak", "wuu", "nan"), ("bank_cmn", "cmn-min", "wuu"), ("bank_yue", "yue", "cmn"), ("recorded", "cmn", "yue")],
)
def test_each_voice_speaks_the_dialects_that_it_can(voice: str, speaks: str, not_: str) -> None:
    assert speaks in dialects_of(voice)
    assert not_ not in dialects_of(voice)


def test_a_dialect_is_spoken_by_those_that_can_and_are_there(recordings: Path) -> None:
    shares = {"espeak": 0.5, "bank_cmn": 0.3, "bank_yue": 0.4, "recorded": 0.1}
    config = SynthConfig(recordings, 1, dict.fromkeys(DIALECTS, 1.0), voices=shares, recordings=recordings)
    available = available_voices(config)
    assert available["cmn"] == {"espeak": 0.5, "bank_cmn": 0.3, "recorded": 0.1}
    assert available["cmn-min"] == {"espeak": 0.5, "bank_cmn": 0.3}
    assert available["yue"] == available["wuu"] == {"espeak": 0.5}


def test_espeak_speaks_where_nobody_else_can(recordings: Path) -> None:
    config = SynthConfig(recordings, 1, {"wuu": 1.0}, voices={"bank_cmn": 1.0}, recordings=recordings)
    assert available_voices(config) == {"wuu": {"espeak": 1.0}}


@pytest.mark.parametrize(("split", "speakers"), [("train", {"spk01", "spk02"}), ("eval", {"spk03"})])
def test_real_words_are_said_by_people_of_the_split(recordings: Path, tmp_path: Path, split: str, speakers: set[str]) -> None:
    config = SynthConfig(
        output_dir=tmp_path / "out",
        utterances=6,
        dialects={"cmn": 1.0},
        split=split,  # type: ignore[arg-type]
        voices={"recorded": 1.0},
        recordings=recordings,
        silence=0,
        jobs=1,
    )
    clips = read_manifest(synthesize(config).manifest)
    assert {(clip.text, clip.voice) for clip in clips} == {("上海", "recorded")}
    assert {clip.speaker for clip in clips} == speakers
    assert clips[0].phones == ("sh", "ang4", "h", "ai3")


def test_a_bank_says_what_it_has_syllables_for(recordings: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(recordings / "cache"))
    actor = BankActor(recordings / "bank_cmn", "bank_cmn")
    speech, speaker = actor.say(Line("你好", pronounce("你好", "cmn"), "cmn"), "train", np.random.default_rng(1))
    assert 0.2 < speech.duration_s < 1.5
    assert speaker.startswith("bank_cmn-")
    with pytest.raises(CannotSayError):
        actor.say(Line("云服务器", pronounce("云服务器", "cmn"), "cmn"), "train", np.random.default_rng(1))


class DyingEngine(EspeakEngine):
    """Dies of every text."""

    def speak(self, text: str, options: EspeakOptions, phonemes: bool = False) -> Speech:  # noqa: ARG002
        raise TextLostError(f"espeak-ng died twice on a text of {len(text)} characters")


def test_a_text_that_the_engine_dies_of_cannot_be_said() -> None:
    line = Line("你好", pronounce("你好", "cmn"), "cmn")
    with pytest.raises(CannotSayError, match="died twice"):
        EspeakActor(DyingEngine()).say(line, "eval", np.random.default_rng(1))


def test_a_server_says_the_text_with_the_voices_of_the_split(tmp_path: Path) -> None:
    with speech_server() as served:
        server = SpeechServer(served.url, "tts", "xiaomei", deadline_s=20.0)
        config = SynthConfig(
            output_dir=tmp_path / "out",
            utterances=3,
            dialects={"yue": 1.0},
            split="eval",
            kinds=SMALL,
            voices={"http": 1.0},
            http=HttpVoices(server, voices=("xiaomei",), eval_voices=("laowang",)),
            silence=0,
            jobs=1,
        )
        clips = read_manifest(synthesize(config).manifest)
        close_makers()
    assert {(clip.voice, clip.speaker) for clip in clips} == {("http", "http-laowang")}
    assert {asked["voice"] for asked in served.asked} == {"laowang"}
    assert all("粤语" in asked["instructions"] for asked in served.asked)
