"""Sentences spliced from a bank: what is wanted is what is heard."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from asr.pitch import pitch_of
from synth_data.phonology import Spoken
from synth_data.voices.banks import BankError, BankSpeaker, BankVoice
from synth_data.voices.banks.choice import Inventory
from synth_data.voices.banks.melody import FRAME, declination, drawn_tone, spoken_contour
from synth_data.voices.banks.psola import out_marks
from synth_data.voices.banks.speakers import draw_speaker, formants_of, usual_pitch
from synth_data.voices.banks.timing import place
from tests.synth_data.voices.banks.sounds import RATE_HZ

MA1, MA2, MA4 = (Spoken("", ("a",), name, contour) for name, contour in (("ma1", (5, 5)), ("ma2", (3, 5)), ("ma4", (5, 1))))
NI3, HAO3, ZI4 = (
    Spoken("", ("a",), name, contour) for name, contour in (("ni3", (2, 1, 4)), ("hao3", (2, 1, 4)), ("zi4", (5, 1)))
)
DE5 = Spoken("", ("e",), "de5", (2, 1), neutral=True)
PAUSE = Spoken("", ())


def off_by(bank: BankVoice, spoken: Sequence[Spoken], dialect: str, speaker: BankSpeaker) -> float:
    """Median semitones between the pitch heard and the pitch wanted in the cores of the syllables."""
    plan = bank.plan(spoken, dialect, speaker, np.random.default_rng(1))
    heard = pitch_of(bank.speak(spoken, dialect, speaker, np.random.default_rng(1)).samples).hz
    length = min(len(heard), len(plan.hz))
    heard, wanted, times = heard[:length], plan.hz[:length], np.arange(length) * FRAME
    core = np.any([(times > each.out[1] + 160) & (times < each.out[2] - 160) for each in plan.placed], axis=0) & (heard > 0)
    assert core.sum() > 10
    return float(np.median(np.abs(12 * np.log2(heard[core] / wanted[core]))))


@pytest.mark.parametrize("voice", ["bank_cmn", "bank_cmn_words"])
@pytest.mark.parametrize(("middle_hz", "formant"), [(200.0, 1.0), (140.0, 0.86), (280.0, 1.14)])
def test_tones_are_heard_as_they_were_drawn(bank: BankVoice, voice: str, middle_hz: float, formant: float) -> None:
    speaker = replace(bank.natural(voice), middle_hz=middle_hz, formant=formant)
    assert off_by(bank, [NI3, HAO3, MA1, MA4, MA2], "cmn", speaker) < 0.4


def test_formants_move_and_the_pitch_stays(bank: BankVoice) -> None:
    speaker = bank.natural("bank_cmn")
    throats = [replace(speaker, formant=formant) for formant in (0.86, 1.0, 1.16)]
    sounds = [bank.speak([MA1], "cmn", throat, np.random.default_rng(1)).samples for throat in throats]
    peaks = [_first_formant(sound) for sound in sounds]
    assert [peak / peaks[1] for peak in peaks] == pytest.approx([0.86, 1.0, 1.16], abs=0.06)
    middles = [float(np.median(hz[hz > 0])) for hz in (pitch_of(sound).hz for sound in sounds)]
    assert max(middles) / min(middles) < 1.02


def _first_formant(sound: np.ndarray[tuple[int], np.dtype[np.float32]]) -> float:
    """The middle of the power between 500 and 2,000 Hz."""
    power = np.abs(np.fft.rfft(sound)) ** 2
    hz = np.fft.rfftfreq(len(sound), 1 / RATE_HZ)
    band = (hz > 500) & (hz < 2000)
    return float((hz[band] * power[band]).sum() / power[band].sum())


def test_the_same_seed_speaks_the_same_and_another_does_not(bank: BankVoice) -> None:
    speaker = bank.natural("bank_cmn")
    once, again, other = (bank.speak([NI3, HAO3, MA1], "cmn", speaker, np.random.default_rng(seed)).samples for seed in (1, 1, 2))
    assert np.array_equal(once, again)
    assert len(other) != len(once) or not np.array_equal(other, once)


def test_speech_is_as_long_as_talk_and_within_full_scale(bank: BankVoice) -> None:
    speech = bank.speak([NI3, HAO3, PAUSE, MA1, MA4, MA2, DE5], "cmn", bank.natural("bank_cmn"), np.random.default_rng(1))
    assert speech.rate_hz == RATE_HZ
    assert 1.2 < speech.duration_s < 2.4
    assert 0.3 < np.abs(speech.samples).max() <= 1.0


def test_nothing_but_pauses_is_no_sound(bank: BankVoice) -> None:
    assert bank.speak([PAUSE], "cmn", bank.natural("bank_cmn"), np.random.default_rng(1)).duration_s == 0


def test_neutral_tones_are_short_and_the_last_syllable_is_long(bank: BankVoice) -> None:
    spoken = [MA1, DE5, MA1, MA1] * 6 + [PAUSE, MA1]
    chosen = Inventory(bank.recorded("bank_cmn")).choose(spoken, np.random.default_rng(0))
    placed = place(spoken, chosen, 1.0, np.random.default_rng(0))
    lengths = {each.at: each.out[3] - each.out[0] for each in placed}
    neutral = np.mean([length for at, length in lengths.items() if spoken[at].neutral])
    inside = np.mean([length for at, length in lengths.items() if not spoken[at].neutral and at < 23])
    assert neutral < 0.75 * inside
    assert lengths[25] > 1.25 * inside


def test_pauses_are_silent_and_rate_shortens(bank: BankVoice) -> None:
    spoken = [MA1, PAUSE, MA1]
    chosen = Inventory(bank.recorded("bank_cmn")).choose(spoken, np.random.default_rng(0))
    slow, fast = (place(spoken, chosen, rate, np.random.default_rng(0)) for rate in (0.8, 1.3))
    assert (slow[1].out[0] - slow[0].out[3]) / RATE_HZ > 0.16
    assert fast[-1].out[3] < 0.7 * slow[-1].out[3]


def test_voiced_sounds_overlap_and_a_stop_is_closed_first(bank: BankVoice) -> None:
    inventory = Inventory(bank.recorded("bank_cmn"))
    gaps = {}
    for name, second in (("sonorant", MA4), ("affricate", ZI4)):
        chosen = inventory.choose([MA1, second], np.random.default_rng(0))
        first, last = place([MA1, second], chosen, 1.0, np.random.default_rng(0))
        gaps[name] = last.out[0] - first.out[3]
    assert gaps["sonorant"] < 0 < gaps["affricate"]


def test_a_third_tone_stays_low_before_another_syllable() -> None:
    assert spoken_contour([NI3, MA1], 0) == (2, 1, 1)
    assert spoken_contour([NI3], 0) == spoken_contour([NI3, PAUSE, MA1], 0) == (2, 1, 4)


def test_levels_become_a_line_through_the_syllable() -> None:
    assert drawn_tone((5, 1), np.array([0.0, 0.5, 1.0])).tolist() == [2.0, 0.0, -2.0]
    assert drawn_tone((4,), np.array([0.0, 1.0])).tolist() == [1.0, 1.0]
    assert drawn_tone((), np.array([0.5])).tolist() == [0.0]


def test_pitch_declines_in_a_phrase_and_comes_back_after_a_pause(bank: BankVoice) -> None:
    spoken = [MA1] * 6 + [PAUSE, MA1]
    chosen = Inventory(bank.recorded("bank_cmn")).choose(spoken, np.random.default_rng(0))
    falls = declination(place(spoken, chosen, 1.0, np.random.default_rng(0)), spoken)
    assert all(later > earlier for earlier, later in pairwise(falls[:6]))
    assert falls[6] < falls[5]


def test_marks_lie_a_period_apart() -> None:
    marks, periods = out_marks(np.full(200, 160.0))
    assert np.diff(marks) == pytest.approx(100.0)
    assert periods == pytest.approx(100.0)


def test_speakers_of_training_and_evaluation_share_no_throat() -> None:
    rng = np.random.default_rng(0)
    drawn = {split: [draw_speaker("v", 200.0, split, rng) for _ in range(600)] for split in ("train", "eval")}
    throats = {split: {speaker.formant for speaker in speakers} for split, speakers in drawn.items()}
    assert not throats["train"] & throats["eval"]
    assert throats["train"] == set(formants_of("train"))
    assert len({speaker.name for speaker in drawn["train"]}) == 40
    assert len({speaker.name for speaker in drawn["eval"]}) == 10


def test_a_bank_speaks_its_own_dialects_only(bank: BankVoice) -> None:
    assert {"cmn", "cmn-sichuan", "cmn-wu"} <= set(bank.dialects)
    assert not {"yue", "wuu"} & set(bank.dialects)
    with pytest.raises(BankError, match="not 'yue'"):
        bank.speak([MA1], "yue", bank.natural("bank_cmn"), np.random.default_rng(0))
    with pytest.raises(BankError, match="no recorded voice 'other'"):
        bank.natural("other")


@pytest.mark.skipif("XIANGYIN_DATA" not in os.environ, reason="XIANGYIN_DATA names no folder of public data")
@pytest.mark.parametrize(
    ("language", "files", "spoken"),
    [
        ("cmn", "cmn-{}.mp3", (("ni3", (2, 1)), ("shi4", (5, 1)), ("tian1", (5, 5)), ("lai2", (3, 5)))),
        ("yue", "{}.opus", (("nei5", (2, 3)), ("sik1", (5,)), ("tin1", (5, 5)), ("loi4", (2, 1)))),
    ],
)
def test_real_recordings_follow_the_tones(
    tmp_path: Path, language: str, files: str, spoken: tuple[tuple[str, tuple[int, ...]], ...]
) -> None:
    data = Path(os.environ["XIANGYIN_DATA"]) / "speech" / f"bank_{language}" / "syllables"
    folder = tmp_path / f"bank_{language}"
    (folder / "syllables").mkdir(parents=True)
    for name, _ in spoken:
        (folder / "syllables" / files.format(name)).symlink_to(data / files.format(name))
    voice = BankVoice(folder, tmp_path / "cache")
    sentence = [Spoken("", ("a",), name, contour) for name, contour in spoken]
    assert off_by(voice, sentence, language, voice.natural(f"bank_{language}")) < 0.5


def test_a_word_said_alone_is_drawn_out(bank: BankVoice) -> None:
    inventory = Inventory(bank.recorded("bank_cmn"))
    alone, within = ([MA1, MA4], [MA1, MA4] * 8)
    lengths = {
        len(spoken): np.mean(
            [
                placed[1].out[0] - placed[0].out[0]
                for seed in range(20)
                if (placed := place(spoken, inventory.choose(spoken, np.random.default_rng(0)), 1.0, np.random.default_rng(seed)))
            ]
        )
        for spoken in (alone, within)
    }
    assert lengths[2] > 1.2 * lengths[16]


@pytest.mark.parametrize(("recorded_hz", "throat"), [(250.0, 0.86), (140.0, 1.14)])
def test_the_other_sex_has_another_register_too(recorded_hz: float, throat: float) -> None:
    woman, man = (
        (usual_pitch(recorded_hz, throat), recorded_hz) if throat > 1 else (recorded_hz, usual_pitch(recorded_hz, throat))
    )
    assert 1.4 < woman / man < 1.7
    assert 0.8 < usual_pitch(recorded_hz, 2 - throat) / recorded_hz < 1.2
