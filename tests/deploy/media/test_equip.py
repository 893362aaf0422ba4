from dataclasses import replace
from pathlib import Path

import pytest

from asr.adapters.transcription_api import TranscriptionClient
from asr.recogniser import RecogniserError, WhisperRecogniser
from deploy.media.equip import SOUNDS_FOLDER, recogniser_of, voice_of
from dialogue.bot_files import Bot, load_bot
from synth_data.voices import DialectVoice
from synth_data.voices.stand_in import StandInVoice
from tests.synth_data.voices.speech_server import speech_server

SALES = Path(__file__).parents[3] / "examples" / "cloud_sales"


def bot_with(folder: Path, models: str, voices: str = "") -> Bot:
    """A bot of one sentence with these lines under `models:` in its bot.yml."""
    (folder / "bot.yml").write_text(f"models:\n{models}{voices}", encoding="utf-8")
    (folder / "domain.yml").write_text('version: "3.1"\nresponses: {utter_greet: [{text: 您好}]}\n', encoding="utf-8")
    return replace(load_bot(folder), folder=folder)


def test_a_bot_hears_by_the_bundled_model_unless_it_names_another() -> None:
    assert isinstance(recogniser_of(load_bot(SALES)), WhisperRecogniser)


def test_a_bot_that_names_a_server_hears_by_it(tmp_path: Path) -> None:
    bot = bot_with(tmp_path, "  asr_server: {url: 'http://127.0.0.1:8000/v1', model: whisper-small, timeout_s: 2}\n")
    client = recogniser_of(bot)
    assert isinstance(client, TranscriptionClient)
    client.close()


def test_a_server_without_a_scheme_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"bot.yml:2: .*'url' must begin with http"):
        bot_with(tmp_path, "  asr_server: {url: 'localhost:8000', model: whisper-small}\n")


def test_a_folder_of_sherpa_onnx_is_told_by_its_files(tmp_path: Path) -> None:
    model = tmp_path / "paraformer"
    model.mkdir()
    (model / "model.onnx").write_bytes(b"nothing")
    (model / "tokens.txt").write_text("a 0\n", encoding="utf-8")
    with pytest.raises(RecogniserError, match=r"not an ONNX model|sherpa-onnx; install it"):
        recogniser_of(bot_with(tmp_path, "  asr: paraformer\n"))


def test_a_bot_speaks_by_espeak_unless_it_names_a_server() -> None:
    assert isinstance(voice_of(load_bot(SALES)), DialectVoice)


def test_a_bot_that_names_a_server_speaks_by_it_and_keeps_only_what_names_nobody(tmp_path: Path) -> None:
    with speech_server() as served:
        server = f"voices:\n  server: {{url: '{served.url}', model: kokoro, voice: xiaomei, deadline_s: 20}}\n"
        voice = voice_of(bot_with(tmp_path, "  asr: bundled\n", server))
        assert isinstance(voice, StandInVoice)
        for sentence in ("您好", "您好", "王女士，您好", "王女士，您好"):
            assert voice.synthesize(sentence).lasting
        voice.close()
    assert [asked["input"] for asked in served.asked] == ["您好", "王女士，您好", "王女士，您好"]
    assert len(list((tmp_path / SOUNDS_FOLDER).rglob("*.flac"))) == 1


def test_espeak_stands_in_where_the_server_fails(tmp_path: Path) -> None:
    failed: list[int] = []
    server = "voices:\n  server: {url: 'http://127.0.0.1:9/v1', model: kokoro, voice: xiaomei, retries: 0}\n"
    voice = voice_of(bot_with(tmp_path, "  asr: bundled\n", server), lambda: failed.append(1))
    assert isinstance(voice, StandInVoice)
    speech = voice.synthesize("您好")
    voice.close()
    assert speech.duration_s > 0.3
    assert not speech.lasting
    assert failed == [1]
