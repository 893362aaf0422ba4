from pathlib import Path

import numpy as np
import soxr

from asr.bundle import bundled_folder
from asr.recogniser import WhisperRecogniser
from deploy.hot_words import hot_words_of, pronounced
from dialogue.bot_files import load_bot
from synth_data.speakers import Speaker
from synth_data.voices import DialectVoice

SALES = Path(__file__).parents[2] / "examples" / "cloud_sales"


def test_a_word_is_said_as_each_dialect_says_it() -> None:
    (word,) = pronounced(["灵犀盘"])
    assert ("l", "ing", "x", "i", "p", "an") in word.pronunciations
    assert ("l", "in", "x", "i", "p", "an") in word.pronunciations


def test_figures_in_a_name_are_read_out_and_what_has_no_sound_is_left_out() -> None:
    assert [word.text for word in pronounced(["E5服务器", "盘", "☎☎", "灵犀", "灵犀"])] == ["E五服务器", "灵犀"]


def test_the_bot_s_own_words_are_expected() -> None:
    assert {"云服务器", "对象存储", "异地备份"} <= {word.text for word in hot_words_of(load_bot(SALES))}


def test_a_product_s_name_is_understood_once_it_is_expected() -> None:
    voice = DialectVoice("cmn", Speaker("f3", 165, 50))
    try:
        speech = voice.synthesize("你们有没有灵犀网盘")
    finally:
        voice.close()
    samples = soxr.resample(speech.samples, speech.rate_hz, 16_000).astype(np.float32)
    recogniser = WhisperRecogniser(bundled_folder())
    assert "灵犀网盘" not in recogniser.transcribe(samples).text
    recogniser.expect(pronounced(["灵犀网盘", "星舟主机"]))
    assert recogniser.transcribe(samples).text == "你们有没有灵犀网盘"
