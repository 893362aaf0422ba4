"""Which recording says which syllable."""

from __future__ import annotations

import numpy as np
import pytest

from synth_data.phonology import Spoken
from synth_data.voices.banks import BankVoice, MissingSyllableError
from synth_data.voices.banks.choice import Chosen, Inventory, distance
from synth_data.voices.banks.standins import StandIn, StandIns
from synth_data.voices.banks.units import RecordedVoice


def say(*syllables: tuple[str, tuple[int, ...]]) -> list[Spoken]:
    return [Spoken(name, (name,), name, contour) for name, contour in syllables]


@pytest.fixture
def words(bank: BankVoice) -> Inventory:
    return Inventory(recorded(bank, "bank_cmn_words"))


def recorded(bank: BankVoice, name: str) -> RecordedVoice:
    return bank.recorded(name)


def chosen(inventory: Inventory, spoken: list[Spoken]) -> list[Chosen]:
    return inventory.choose(spoken, np.random.default_rng(0))


def test_a_word_of_the_bank_is_taken_whole_with_its_melody(words: Inventory) -> None:
    (found,) = chosen(words, say(("ni2", (3, 5)), ("hao3", (2, 1, 4))))
    assert (found.count, found.natural) == (2, True)
    assert words.counts == {"word": 2}


def test_a_word_in_a_dialect_s_tones_is_redrawn(words: Inventory) -> None:
    (found,) = chosen(words, say(("da4", (5, 3)), ("ma1", (4, 4))))
    assert (found.count, found.natural) == (2, False)


def test_a_syllable_that_was_only_recorded_in_words_is_cut_from_one(words: Inventory) -> None:
    (found,) = chosen(words, say(("ma1", (5, 5))))
    assert (found.unit.reading[found.first], len(found.unit.reading)) == ("ma1", 2)
    assert words.counts == {"cut": 1}


def test_the_recording_whose_tone_is_nearest_is_taken(bank: BankVoice) -> None:
    inventory = Inventory(recorded(bank, "bank_cmn"))
    (found,) = chosen(inventory, say(("ma2", (5, 2))))
    assert found.unit.reading == ("ma4",)
    assert inventory.counts == {"other_tone": 1}


def test_pauses_are_passed_over_and_part_words(words: Inventory) -> None:
    spoken = [*say(("ni2", (3, 5))), Spoken("", ()), *say(("hao3", (2, 1, 4)))]
    assert [(found.at, found.count) for found in chosen(words, spoken)] == [(0, 1), (2, 1)]


def test_a_syllable_that_the_bank_lacks_is_put_together(bank: BankVoice) -> None:
    inventory = Inventory(recorded(bank, "bank_cmn"))
    (found,) = chosen(inventory, say(("ziu1", (5, 5))))
    assert found.unit.reading == ("liu4",)
    assert found.lead is not None
    assert found.lead[0].reading == ("zi4",)
    assert inventory.counts == {"put_together": 1}


def test_a_syllable_unlike_any_other_is_an_error(bank: BankVoice) -> None:
    with pytest.raises(MissingSyllableError, match="'xyz1'"):
        chosen(Inventory(recorded(bank, "bank_cmn")), say(("xyz1", (5, 5))))


def test_contours_lie_as_far_apart_as_they_sound() -> None:
    assert distance((5, 5), (5, 5)) == 0
    assert distance((2, 1), (2, 1, 4)) < distance((5, 1), (2, 1, 4))
    assert distance((), (5, 5)) == 0
    assert distance((3,), (3, 3)) == 0


SYLLABLES = ("gou", "o", "den", "le", "di", "yin", "zi", "diu", "ang", "wa", "xue", "xing")


@pytest.mark.parametrize(
    ("wanted", "stand_in"),
    [
        ("go", StandIn("o", "gou")),
        ("len", StandIn("den", "le")),
        ("ziu", StandIn("diu", "zi")),
        ("din", StandIn("yin", "di")),
        ("ngo", StandIn("o", "ang")),
        ("va", StandIn("wa")),
        ("xin", StandIn("xing")),
    ],
)
def test_sounds_that_mandarin_lacks_are_put_together_or_come_near(wanted: str, stand_in: StandIn) -> None:
    syllables = [each for each in SYLLABLES if not (wanted == "xin" and each in {"den", "yin"})]
    assert StandIns(syllables).find(wanted) == stand_in
