"""The command on the messages of a bot's store."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from deploy.cli import main
from dialogue.bot_files import load_bot
from dialogue.events import MessageQueued
from dialogue.store import EventStore
from tests.dialogue.outbox.receiver import receiving


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    assert main(["init", str(folder)]) == 0
    return folder


def queue(bot: Path, url: str) -> None:
    (bot / "bot.yml").write_text((bot / "bot.yml").read_text("utf-8") + f"\nwebhooks: {{crm: {{url: {url}}}}}\n", "utf-8")
    loaded = load_bot(bot)
    with closing(EventStore(loaded.settings.store_url(bot))) as store:
        store.append("13800001234", [MessageQueued("k1", "crm", {"data": {"phone": "13800001234"}})])


def test_what_was_put_aside_is_listed_and_tried_anew(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with receiving(422, 200) as receiver:
        queue(bot, receiver.url)
        assert main(["outbox", str(bot)]) == 0
        assert "0 delivered, 0 dead" in capsys.readouterr().out
        assert main(["outbox", str(bot), "send"]) == 1
        assert main(["outbox", str(bot), "list", "--state", "dead"]) == 0
        told = capsys.readouterr().out
        assert "k1   crm" in told
        assert "dead   1            answered 422" in told
        assert "13800001234" not in told
        assert main(["outbox", str(bot), "retry", "k1", "--json"]) == 0
        assert json.loads(capsys.readouterr().out) == {"revived": 1}
        assert main(["outbox", str(bot), "send", "--json"]) == 0
        assert json.loads(capsys.readouterr().out) == {"tried": 1, "counts": {"delivered": 1}}


def test_a_key_that_was_not_put_aside_is_told(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["outbox", str(bot), "retry", "nothing"]) == 2
    assert "no message that was put aside has the key nothing" in capsys.readouterr().err


def test_the_list_as_json_names_no_customer(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    queue(bot, "https://crm.example/x")
    capsys.readouterr()
    assert main(["outbox", str(bot), "--json"]) == 0
    told = capsys.readouterr().out
    (letter,) = json.loads(told)["letters"]
    assert (letter["key"], letter["state"], letter["target"]) == ("k1", "waiting", "crm")
    assert "13800001234" not in told
