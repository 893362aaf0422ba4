"""An older model of a bot stands in for the one that its changed files ask for."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from deploy.bot_models import at_hand, model_folder
from deploy.interim_models import interim, row, widened
from dialogue.bot_files import load_bot
from nlu.data import Example
from tests.opening_hours import HOURS, add_hours


@pytest.fixture
def folder(trained_new_bot: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(trained_new_bot, tmp_path / "bot"))


def rename(folder: Path, old: str, new: str) -> None:
    for path in folder.rglob("*.yml"):
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_the_model_of_the_same_files_is_the_bots_own(folder: Path) -> None:
    found = at_hand(load_bot(folder))
    assert found is not None
    assert found.base == ""


def test_a_new_intent_is_understood_without_training(folder: Path) -> None:
    base = model_folder(load_bot(folder)).name.removeprefix("nlu-")
    add_hours(folder)
    found = at_hand(load_bot(folder))
    assert found is not None
    assert base.startswith(found.base)
    assert [need.intent for need in found.parser.parse("你们几点开门啊").needs] == ["opening_hours"]
    assert not model_folder(load_bot(folder)).exists()


def test_a_new_intent_is_understood_although_other_examples_changed_too(folder: Path) -> None:
    add_hours(folder)
    nlu = folder / "data" / "nlu.yml"
    nlu.write_text(nlu.read_text(encoding="utf-8").replace("    - 你好\n", "    - 你好呀\n", 1), encoding="utf-8")
    bot = load_bot(folder)
    assert widened(bot, model_folder(bot).parent) is None
    found = interim(bot, model_folder(bot).parent)
    assert found is not None
    assert [need.intent for need in found.parser.parse("你们几点开门啊").needs] == ["opening_hours"]


def test_an_intent_that_is_gone_is_not_found_any_more(folder: Path) -> None:
    bot = load_bot(folder)
    gone = next(example for example in bot.training.examples if example.intents == ("goodbye",))
    rename(folder, "goodbye", "farewell")
    found = at_hand(load_bot(folder))
    assert found is not None
    heard = found.parser.parse(gone.text)
    assert "goodbye" not in {guess.intent for guess in heard.ranking} | {need.intent for need in heard.needs}
    assert heard.needs[0].intent == "farewell"


def test_a_new_synonym_counts_at_once(folder: Path) -> None:
    (folder / "data" / "words.yml").write_text(
        'version: "3.1"\nnlu:\n- synonym: longjing\n  examples: |\n    - 明前雀舌\n', encoding="utf-8"
    )
    bot = load_bot(folder)
    found = interim(bot, model_folder(bot).parent)
    assert found is not None
    assert [entity.value for entity in found.parser.parse("明前雀舌多少钱").entities] == ["longjing"]


def test_a_model_of_an_older_release_does_not_stand_in(folder: Path) -> None:
    settings = model_folder(load_bot(folder)) / "settings.json"
    settings.write_text(settings.read_text(encoding="utf-8").replace('"format":', '"format":0,"was":'), encoding="utf-8")
    add_hours(folder)
    bot = load_bot(folder)
    assert interim(bot, model_folder(bot).parent) is None


def test_a_model_of_other_sentences_does_not_stand_in(folder: Path) -> None:
    (folder / "data" / "nlu.yml").write_text(f'version: "3.1"\nnlu:{HOURS}', encoding="utf-8")
    bot = load_bot(folder)
    assert interim(bot, model_folder(bot).parent) is None


def test_a_sentence_is_another_one_with_another_label() -> None:
    assert row(Example("你好", ("greet",))) == row(Example("你好", ("greet",)))
    assert row(Example("你好", ("greet",))) != row(Example("你好", ("goodbye",)))
