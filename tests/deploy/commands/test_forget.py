"""xiangyin forget."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deploy.bot import SalesBot
from deploy.bot_check import load_usable
from deploy.cli import main
from dialogue.store import EventStore
from tests.dialogue.said import said


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    assert main(["init", str(folder)]) == 0
    return folder


def stored(bot: Path) -> EventStore:
    loaded = load_usable(bot)
    return EventStore(loaded.settings.store_url(loaded.folder))


def test_a_callers_conversations_are_named_first_then_deleted(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = stored(bot)
    store.append("a", [said("我电话13800001111", "contact")])
    store.append("b", [said("多少钱", "price_inquiry")])
    capsys.readouterr()
    assert main(["forget", str(bot), "--holding", "13800001111", "--dry-run", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"conversations": ["a"], "deleted": 0}
    assert main(["forget", str(bot), "--holding", "13800001111", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"conversations": ["a"], "deleted": 1}
    assert [one.conversation for one in store.conversations()] == ["b"]
    assert main(["forget", str(bot), "--json"]) == 0
    (day,) = json.loads(capsys.readouterr().out)["days"]
    assert (day["conversations"], day["utterances"]) == (1, 1)
    store.close()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--conversation", "nobody"], "there is no conversation 'nobody'"),
        (["--holding", "1"], "--holding wants a text of two characters or more"),
        (["--older-than", "0"], "--older-than must be above 0 days, got 0"),
    ],
)
def test_what_cannot_be_forgotten_is_told(bot: Path, words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["forget", str(bot), *words]) == 2
    assert told in capsys.readouterr().err


def test_a_bot_that_is_running_begins_anew_with_who_was_forgotten(bot: Path) -> None:
    loaded = SalesBot.load(bot)
    loaded.turn("a", "你好")
    before = len(loaded.events("a"))
    assert main(["forget", str(bot), "--conversation", "a"]) == 0
    assert loaded.turn("a", "你好").messages
    assert 0 < len(loaded.events("a")) <= before + 1
    loaded.close()
