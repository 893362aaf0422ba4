"""A bot's understanding: trained once, taken from the cache, and new intents in effect at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import deploy
from deploy.bot_models import parser_for
from dialogue.bot_files import load_bot

FULL = "training the understanding (nlu) ..."
ADDED = """version: "3.1"
nlu:
- intent: opening_hours
  examples: |
    - 你们几点开门
    - 周末开不开门
    - 晚上几点关门
    - 你们营业到几点
    - 节假日营业吗
"""


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A trained bot to which an intent was added."""
    folder = tmp_path_factory.mktemp("bots") / "bot"
    shutil.copytree(Path(deploy.__file__).parent / "new_bot", folder)
    parser_for(load_bot(folder))
    domain = (folder / "domain.yml").read_text(encoding="utf-8").replace("intents:\n", "intents:\n  - opening_hours\n", 1)
    (folder / "domain.yml").write_text(domain, encoding="utf-8")
    (folder / "data" / "added.yml").write_text(ADDED, encoding="utf-8")
    return folder


def test_an_added_intent_is_in_effect_at_once_and_trained_in_full_at_the_next_start(bot: Path) -> None:
    told: list[str] = []
    for _ in range(3):
        assert "opening_hours" in parser_for(load_bot(bot), told.append).intents
    assert told == [
        "new intents are in effect; they are trained in full at the next start",
        "training the understanding (nlu) ...",
    ]
