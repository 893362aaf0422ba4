"""The command on files and on stored conversations."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deploy.bot_check import load_usable
from deploy.cli import main
from dialogue.events import SlotSet
from dialogue.store import EventStore
from tests.dialogue.said import said

SAID = "我叫王建国,电话13800138000"


def test_a_file_is_cleaned_and_the_report_holds_no_values(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, out, report = tmp_path / "calls.jsonl", tmp_path / "clean" / "calls.jsonl", tmp_path / "report.json"
    path.write_text(json.dumps({"text": SAID, "intents": ["contact"]}, ensure_ascii=False) + "\n", encoding="utf-8")
    assert main(["scrub", str(path), "--out", str(out), "--report", str(report), "--json"]) == 0
    assert json.loads(out.read_text(encoding="utf-8"))["text"] == "我叫[NAME_1],电话[PHONE_1]"
    assert json.loads(capsys.readouterr().out) == {"rows": 1, "touched": 1, "removed": {"PHONE": 1, "NAME": 1}}
    written = report.read_text(encoding="utf-8")
    assert json.loads(written)["places"][0] == {"line": 1, "field": "text", "kind": "NAME", "start": 2, "end": 5}
    assert "王建国" not in written


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    assert main(["init", str(folder)]) == 0
    return folder


def test_a_stored_conversation_is_cleaned_where_it_lies(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    loaded = load_usable(bot)
    store = EventStore(loaded.settings.store_url(loaded.folder))
    for conversation in ("a", "b"):
        store.append(conversation, [said(SAID, "contact"), SlotSet("phone", "13800138000", "said", "13800138000")])
    capsys.readouterr()
    assert main(["scrub", str(bot), "--conversation", "a", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["conversations"]["a"]["NAME"] > 0
    assert "13800138000" not in repr(store.events("a"))
    assert "王建国" not in repr(store.events("a"))
    assert "王建国" in repr(store.events("b"))
    store.close()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["BOT"], "name the conversations with --conversation ID"),
        (["BOT", "--conversation", "nobody"], "there is no conversation 'nobody'"),
        (["FILE", "--conversation", "a"], "go with a bot's folder"),
    ],
)
def test_what_cannot_be_scrubbed_is_told(bot: Path, words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    named = {"BOT": str(bot), "FILE": str(bot / "domain.yml")}
    assert main(["scrub", *(named.get(word, word) for word in words)]) == 2
    assert told in capsys.readouterr().err
