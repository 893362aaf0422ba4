"""Shanghai: words as the dictionary of Qian Nairong gives them, and tones that spread over the word."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pypinyin import Style, lazy_pinyin

from synth_data.phonology import PronunciationError, pronounce
from synth_data.phonology.tables import phonology
from synth_data.phonology.wu import characters, unknown
from synth_data.phonology.wu_guess import guess
from synth_data.phonology.wu_sounds import sound_of

ROOT = Path(__file__).parents[3]
HANZI = re.compile("[\u4e00-\u9fff]")


def said(text: str) -> str:
    return " ".join(syllable.syllable for syllable in pronounce(text, "wuu"))


def contours(text: str) -> str:
    return " ".join("".join(map(str, syllable.contour)) for syllable in pronounce(text, "wuu"))


@pytest.mark.parametrize(
    ("text", "wugniu"),
    [
        ("阿拉上海人", "aq7 laq8 zaon6 he5 gnin6"),
        ("侬好", "non6 hau5"),
        ("几钿", "ci5 di6"),
        ("今朝", "cin1 tsau1"),
        ("大学", "da6 ghoq8"),
        ("大", "du6"),
        ("服务器", "voq8 vu6 chi5"),
        ("吃饭", "chiq7 ve6"),
        ("五月", "ng6 gniuq8"),
        ("勿晓得", "veq8 shiau5 teq7"),
        ("白相", "beq8 shian5"),
    ],
)
def test_words_are_read_as_in_shanghai(text: str, wugniu: str) -> None:
    assert said(text) == wugniu


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("今朝", "55 31"),
        ("价钿", "33 44"),
        ("辰光", "22 44"),
        ("北京", "3 44"),
        ("昨日", "1 3"),
        ("云服务器", "22 5 33 31"),
        ("天", "53"),
        ("大", "23"),
        ("八", "5"),
    ],
)
def test_the_first_tone_of_a_word_spreads_over_it(text: str, levels: str) -> None:
    assert contours(text) == levels


def test_verbs_before_objects_are_levelled_and_words_are_not() -> None:
    assert contours("买容器") == "33 22 44"
    assert contours("声音") == "55 31"


def test_particles_lean_on_the_word_before_and_numerals_run_on() -> None:
    assert contours("好伐") == "33 4"
    assert contours("两百台") == "22 5 31"


def test_voiced_initials_are_units_of_their_own_and_plain_ones_are_shared_with_mandarin() -> None:
    assert sound_of("baq8").phones("3") == ("wuu:b", "wuu:aq3")
    assert sound_of("paq7").phones("1") == ("b", "wuu:aq1")


def test_the_table_holds_the_characters_that_callers_need() -> None:
    assert len(characters()) > 3000
    texts = [file for file in (ROOT / "synth_data/texts").rglob("*.yml") if not file.stem.startswith("yue")]
    domain = {sign for file in texts for sign in HANZI.findall(file.read_text("utf-8"))}
    traditional = {line[0] for line in (ROOT / "asr/traditional.tsv").read_text("utf-8").splitlines()}
    cantonese = set((ROOT / "nlu/dialects/yue.tsv").read_text("utf-8"))
    assert "".join(sorted(set(unknown("".join(domain))) - traditional - cantonese)) == ""


def test_the_wu_words_of_understanding_can_be_read() -> None:
    lines = (ROOT / "nlu/dialects/wuu.tsv").read_text("utf-8").splitlines()[2:]
    words = [line.split("\t")[0] for line in lines]
    assert sum(not unknown(word) for word in words) / len(words) > 0.98
    assert all(pronounce(word, "wuu") for word in words)


def test_guesses_from_mandarin_agree_with_the_table_for_two_of_three_characters() -> None:
    plain = {one: lazy_pinyin(one, style=Style.TONE3, neutral_tone_with_five=True, v_to_u=False)[0] for one in characters()}
    agreeing = [guess(one, plain[one]) == characters()[one] for one in plain if plain[one] != one]
    assert sum(agreeing) / len(agreeing) > 0.66


def test_a_guess_is_counted_and_spoken() -> None:
    assert unknown("侬个镥镥") == {"镥": 2}
    assert said("镥") == "lu6"


def test_every_reading_is_a_syllable() -> None:
    readings = [*characters().values(), *(one for words in phonology("wuu").words.values() for one in words.split())]
    assert all(sound_of(reading) for reading in readings)
    with pytest.raises(PronunciationError, match="Wugniu"):
        sound_of("zong1")
