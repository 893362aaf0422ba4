"""xiangyin documents on a store that holds real conversations."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from deploy.cli import main
from dialogue.bot_files import load_bot
from tests.dialogue.after_call.talks import BUYER, GRUMBLER, SAMPLE, Talk


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    """A copy of the sample bot, after two calls."""
    folder = tmp_path / "bot"
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns(".xiangyin", "tests", "data"))
    (folder / "data").mkdir()
    for name in ("rules.yml", "stories.yml", "nlu_words.yml"):
        shutil.copy(SAMPLE / "data" / name, folder / "data" / name)
    files = load_bot(folder)
    talk = Talk(files.settings.store_url(folder), files)
    talk.say("13800001234", BUYER, "hang_up")
    talk.say("li", GRUMBLER, "hang_up")
    talk.bot.close()
    return folder


def test_documents_are_written_on_demand(bot: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert main(["documents", str(bot), "13800001234", "--out", str(out), "--templates-only", "--json"]) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])["documents"][0]
    assert (found["score"], found["grade"], found["consent"], found["notes"]) == (95.0, "高意向", True, [])
    assert {path.name for path in out.iterdir()} == {Path(file).name for file in found["files"]}
    assert "王丽华" in (out / "proposal.html").read_text("utf-8")
    assert json.loads((out / "lead.json").read_text("utf-8"))["data"]["phone"] == "13800001234"


def test_scrubbing_a_conversation_deletes_its_documents(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["documents", str(bot), "13800001234", "li", "--templates-only"]) == 0
    paths = [Path(line) for line in capsys.readouterr().out.splitlines()]
    assert all(path.is_file() for path in paths)
    assert all(path.is_relative_to(bot / ".xiangyin" / "documents") for path in paths)
    assert main(["scrub", str(bot), "--conversation", "13800001234"]) == 0
    left = [path for path in paths if path.exists()]
    assert {path.parent for path in left} == {paths[-1].parent}
    assert main(["documents", str(bot), "13800001234", "--templates-only"]) == 0
    again = Path(capsys.readouterr().out.splitlines()[0]).read_text("utf-8")
    assert "王丽华" not in again.replace("会话编号 13800001234", "")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nobody"], "there is no conversation 'nobody' in which a customer said anything"),
        (["a", "b", "--out", "x"], "--out is for one conversation"),
    ],
)
def test_what_cannot_be_written_is_told(bot: Path, words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["documents", str(bot), *words]) == 2
    assert told in capsys.readouterr().err
    assert main(["documents", str(bot)]) == 0
    assert "nothing was written yet" in capsys.readouterr().out
