import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from asr.bundle import bundled_folder
from asr.dialect_head import DialectHead
from asr.recogniser import Decoding, RecogniserError, WhisperRecogniser
from asr.transcript import SAMPLE_RATE_HZ, Samples, Transcript
from deploy.hot_words import pronounced
from synth_data.speakers import Speaker
from synth_data.voices import DialectVoice
from tests.asr.spoken import at_16k

needs_bundled = pytest.mark.skipif(
    not (bundled_folder() / "model.bin").exists(), reason="no bundled recogniser; train one with examples/asr/cloud.yaml"
)


def noise(seconds: float, level: float) -> Samples:
    return np.random.default_rng(3).normal(0, level, int(seconds * SAMPLE_RATE_HZ)).astype(np.float32)


@pytest.fixture(scope="module")
def recogniser() -> WhisperRecogniser:
    return WhisperRecogniser(bundled_folder())


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RecogniserError, match=r"no model\.bin"):
        WhisperRecogniser(tmp_path)
    (tmp_path / "model.bin").write_bytes(b"rubbish")
    with pytest.raises(RecogniserError, match="not a Whisper model"):
        WhisperRecogniser(tmp_path)


@needs_bundled
@pytest.mark.parametrize("samples", [np.zeros(16_000, np.float32), noise(3, 0.02), noise(0.3, 0.01)])
def test_nothing_is_heard_in_silence_and_noise(recogniser: WhisperRecogniser, samples: Samples) -> None:
    assert recogniser.transcribe(samples).text == ""


@needs_bundled
@pytest.mark.parametrize(("dialect", "variant", "text"), [("cmn-wu", "f2", "二三"), ("wuu", "m3", "五台")])
def test_short_turns_are_heard_by_their_phones_whatever_the_decoder_makes_of_them(
    recogniser: WhisperRecogniser, dialect: str, variant: str, text: str
) -> None:
    voice = DialectVoice(dialect, Speaker(variant, 190))
    heard = recogniser.transcribe(np.float32(0.3) * at_16k(voice.synthesize(text)))
    voice.close()
    assert len(heard.text) == len(text)


@needs_bundled
def test_one_recogniser_serves_several_calls_at_once(recogniser: WhisperRecogniser) -> None:
    turns = [noise(seconds, 0.1) for seconds in (0.5, 1.0, 2.0, 25.0)]
    alone = [recogniser.transcribe(turn) for turn in turns]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(recogniser.transcribe, turns)) == alone


@needs_bundled
def test_decoding_greedily_gives_no_alternatives() -> None:
    heard = WhisperRecogniser(bundled_folder(), Decoding(beam_size=1)).transcribe(noise(1, 0.1))
    assert isinstance(heard, Transcript)
    assert heard.alternatives == ()


@needs_bundled
def test_a_dialect_head_of_another_model_is_refused(tmp_path: Path) -> None:
    folder = shutil.copytree(bundled_folder(), tmp_path / "model", ignore=shutil.ignore_patterns("trainable"))
    one = np.zeros((1, 1), np.float32)
    DialectHead(("cmn",), np.zeros((1, 7), np.float32), one[0], "好", one).write(folder)
    with pytest.raises(RecogniserError, match="another model"):
        WhisperRecogniser(folder)


@needs_bundled
def test_the_keys_of_a_telephone_are_no_words(recogniser: WhisperRecogniser) -> None:
    seconds = np.arange(4 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    pressed = (seconds % 0.5) < 0.2
    tones = 0.2 * (np.sin(2 * np.pi * 770 * seconds) + np.sin(2 * np.pi * 1336 * seconds)) * pressed
    assert recogniser.transcribe((tones + noise(4, 0.001)).astype(np.float32)).text == ""


@needs_bundled
def test_words_of_characters_that_no_text_had_are_heard_from_the_next_turn_on() -> None:
    recogniser = WhisperRecogniser(bundled_folder())
    voice = DialectVoice("cmn", Speaker("m2", 110))
    said = np.float32(0.3) * at_16k(voice.synthesize("我想了解一下磐石堡垒"))
    voice.close()
    assert "磐石堡垒" not in recogniser.transcribe(said).text
    recogniser.expect(pronounced(["磐石堡垒", "麒麟镜像"]))
    assert "磐石堡垒" in recogniser.transcribe(said).text
    recogniser.expect(())
    assert "磐石堡垒" not in recogniser.transcribe(said).text
