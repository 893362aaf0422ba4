"""A bot's understanding: trained once, taken from the cache, and new intents in effect at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from deploy.bot_models import parser_for
from dialogue.bot_files import load_bot
from tests.opening_hours import add_hours

FULL = "training the understanding (nlu) ..."


@pytest.fixture
def bot(trained_new_bot: Path, tmp_path: Path) -> Path:
    """A trained bot to which an intent was added."""
    folder = Path(shutil.copytree(trained_new_bot, tmp_path / "bot"))
    add_hours(folder)
    return folder


def test_an_added_intent_is_in_effect_at_once_and_trained_in_full_at_the_next_start(bot: Path) -> None:
    told: list[str] = []
    for _ in range(3):
        assert "opening_hours" in parser_for(load_bot(bot), told.append).intents
    assert told == [
        "new intents are in effect; they are trained in full at the next start",
        "training the understanding (nlu) ...",
    ]
