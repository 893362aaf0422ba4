"""Recordings to units: pitch, marks, trimming, words cut into syllables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from asr.pitch import HOP, WIDE, pitch_of, voice_range
from synth_data.voices.banks import BankError, BankVoice
from synth_data.voices.banks.align import align, templates_of
from synth_data.voices.banks.bank import load_voice
from synth_data.voices.banks.cutting import trimmed, unit_of
from synth_data.voices.banks.folder import recordings
from synth_data.voices.banks.marks import marks_of
from tests.synth_data.voices.banks.sounds import RATE_HZ, VOWELS_HZ, still, syllable, tone


def test_a_glide_is_tracked_within_a_fifth_of_a_semitone() -> None:
    hz = np.linspace(150, 300, RATE_HZ)
    found = pitch_of(tone(hz, VOWELS_HZ["a"])).hz[20:-20]
    wanted = hz[::HOP][20 : 20 + len(found)]
    assert np.median(np.abs(12 * np.log2(found / wanted))) < 0.2


def test_noise_and_silence_have_no_pitch() -> None:
    noise = np.random.default_rng(1).standard_normal(RATE_HZ).astype(np.float32) * 0.1
    assert pitch_of(noise).voiced.mean() < 0.05
    assert not pitch_of(np.zeros(RATE_HZ, np.float32)).voiced.any()
    assert len(pitch_of(np.zeros(0, np.float32)).hz) <= 1


def test_the_range_of_a_voice_holds_what_it_was_learnt_from() -> None:
    low, high = voice_range([pitch_of(tone(np.linspace(170, 260, RATE_HZ), VOWELS_HZ["a"]))])
    assert 90 < low < 170
    assert 260 < high < 500
    assert voice_range([]) == WIDE


def test_there_is_a_mark_at_each_period() -> None:
    sound = tone(np.full(RATE_HZ // 2, 200.0), VOWELS_HZ["a"])
    steps = np.diff(marks_of(sound, pitch_of(sound)))
    assert np.abs(steps[1:-1] - 80).max() <= 2  # at the edges the sound has faded away
    assert 90 <= len(steps) <= 100


def test_silence_around_a_word_is_trimmed_and_a_closure_inside_it_stays() -> None:
    closure = still(0.1)
    word = np.concatenate([still(0.3), syllable("ma1"), closure, syllable("da4"), still(0.4)])
    assert len(trimmed(word, 2)) / RATE_HZ == pytest.approx(0.9, abs=0.06)


def test_a_click_before_a_syllable_is_left_out() -> None:
    click = np.zeros(100, np.float32)
    click[50] = 0.2
    assert len(trimmed(np.concatenate([still(), click, still(0.1), syllable("ma1"), still()]))) / RATE_HZ < 0.46


def test_a_word_is_cut_where_its_syllables_meet() -> None:
    units = [unit_of(syllable(reading), WIDE, (reading,), ((5, 5),)) for reading in ("ma1", "ni3")]
    sound = np.concatenate([syllable("ma1", 0.45)[:-200], syllable("ni3", 0.2)[200:]])
    word = unit_of(sound, WIDE, ("ma1", "ni3"), ((5, 5), (2, 1, 4)))
    assert word is not None
    cut = align(word, templates_of([unit for unit in units if unit is not None]), WIDE)
    assert cut.pieces[1][0] / RATE_HZ == pytest.approx(0.4375, abs=0.04)
    assert cut.pieces[0][3] == cut.pieces[1][0]


def test_a_word_without_templates_is_cut_into_equal_shares() -> None:
    word = unit_of(np.concatenate([syllable("ma1"), syllable("da4")]), WIDE, ("ma1", "da4"), ((5, 5), (5, 1)))
    assert word is not None
    assert align(word, {}, WIDE) == word


def test_file_names_tell_what_is_said(tmp_path: Path) -> None:
    for name in ("cmn-ting2.wav", "hao3.wav", "cmn-你好.wav", "cmn-一块儿.wav", "cmn-既_也_.wav", "cmn-_hm1.wav", "notes.txt"):
        (tmp_path / name).write_bytes(b"x")
    found = {each.path.name: each.reading for each in recordings(tmp_path, "cmn")}
    assert found == {"cmn-ting2.wav": ("ting2",), "hao3.wav": ("hao3",), "cmn-你好.wav": found["cmn-你好.wav"]}
    assert [syllable[:-1] for syllable in found["cmn-你好.wav"]] == ["ni", "hao"]


@pytest.mark.parametrize("name", ["nowhere", "empty"])
def test_a_folder_without_recordings_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(BankError, match=name):
        recordings(tmp_path / name, "cmn")


def test_a_folder_without_syllables_is_no_bank(tmp_path: Path) -> None:
    with pytest.raises(BankError, match="syllables/"):
        BankVoice(tmp_path)


def test_recordings_are_analysed_once_and_anew_when_they_change(tmp_path: Path) -> None:
    folder, cache = tmp_path / "syllables", tmp_path / "cache"
    folder.mkdir()
    for reading in ("ma1", "ma4"):
        soundfile.write(folder / f"{reading}.wav", syllable(reading), RATE_HZ)
    first = load_voice("b", folder, "cmn", cache=cache)
    (kept,) = cache.iterdir()
    again = load_voice("b", folder, "cmn", cache=cache)
    assert [unit.reading for unit in again.units] == [unit.reading for unit in first.units] == [("ma1",), ("ma4",)]
    assert np.array_equal(again.units[1].samples, first.units[1].samples)
    assert again.units[1].contours == ((5, 1),)
    soundfile.write(folder / "ma2.wav", syllable("ma2"), RATE_HZ)
    assert len(load_voice("b", folder, "cmn", cache=cache).units) == 3
    assert len(list(cache.iterdir())) == 2
    assert kept.is_file()
