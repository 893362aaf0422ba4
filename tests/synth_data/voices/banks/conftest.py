"""A bank small enough to be made in a test."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from synth_data.voices.banks import BankVoice
from tests.synth_data.voices.banks.sounds import RATE_HZ, still, syllable


@pytest.fixture(scope="session")
def bank_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """bank_cmn with ten syllables, and two words by another voice."""
    folder = tmp_path_factory.mktemp("banks") / "bank_cmn"
    (folder / "syllables").mkdir(parents=True)
    (folder / "words").mkdir()
    for reading in ("ma1", "ma2", "ma3", "ma4", "ni3", "hao3", "de5", "da4", "zi4", "wo3", "li1", "liu4"):
        soundfile.write(
            folder / "syllables" / f"cmn-{reading}.wav", np.concatenate([still(), syllable(reading), still()]), RATE_HZ
        )
    for name, readings in (("你好", ("ni2", "hao3")), ("大妈", ("da4", "ma1")), ("大", ("da4",)), ("你", ("ni3",))):
        word = np.concatenate([still(), *(syllable(reading, 0.3) for reading in readings), still()])
        soundfile.write(folder / "words" / f"cmn-{name}.wav", word, RATE_HZ)
    return folder


@pytest.fixture(scope="session")
def bank(bank_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> BankVoice:
    """The voices of bank_folder, analysed."""
    voice = BankVoice(bank_folder, tmp_path_factory.mktemp("cache"))
    voice.prepare()
    return voice
