from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import soxr

from deploy.bot_models import model_folder, train_into
from deploy.media.transport import Sound
from dialogue.bot_files import load_bot
from synth_data.voices.espeak import EspeakEngine, EspeakOptions

LINE_HZ = 8000
NEW_BOT = Path(__file__).parents[2] / "deploy" / "new_bot"


@pytest.fixture(scope="session")
def utter() -> Iterator[Callable[[str], Sound]]:
    """Real synthetic speech on a telephone line of 8 kHz."""
    engine = EspeakEngine()
    kept: dict[str, Sound] = {}

    def utter(text: str) -> Sound:
        if text not in kept:
            speech = engine.speak(text, EspeakOptions(variant="f3"))
            kept[text] = soxr.resample(speech.samples, speech.rate_hz, LINE_HZ)
        return kept[text]

    yield utter
    engine.close()


@pytest.fixture(scope="session")
def trained_new_bot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bot that `xiangyin init` makes, with its understanding; to be copied."""
    folder = tmp_path_factory.mktemp("bots") / "bot"
    shutil.copytree(NEW_BOT, folder, ignore=shutil.ignore_patterns(".xiangyin"))
    bot = load_bot(folder)
    train_into(bot, model_folder(bot))
    return folder
