"""Responses that the guard would stop, at their lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogue.bot_files import read_bot
from dialogue.lint import lint

DOMAIN = """version: "3.1"
responses:
  utter_hello:
    - text: 您好，全额赔付我们没有。
  utter_sure:
    - text: 坏了我们全额赔付，{name}。
  utter_kind:
    - text: 给您推荐一台云主机。
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "facts").mkdir()
    (tmp_path / "domain.yml").write_text(DOMAIN, encoding="utf-8")
    (tmp_path / "facts" / "promises.yml").write_text("never: [全额赔付]\n", encoding="utf-8")
    (tmp_path / "bot.yml").write_text("guard: {terms: {云主机: 云服务器}, instead: utter_helo}\n", encoding="utf-8")
    return tmp_path


def told(folder: Path) -> list[str]:
    faults = [fault for fault in lint(read_bot(folder).bot) if fault.kind == "guard"]
    return [f"{fault.place.file.name}:{fault.place.line}: {fault.what}" for fault in faults]


def test_a_promise_and_a_word_are_told_at_their_lines_and_a_denial_is_not(folder: Path) -> None:
    promise, word = told(folder)
    assert promise.startswith("domain.yml:6: response 'utter_sure' says '全额赔付', a promise that is forbidden")
    assert word == "domain.yml:8: response 'utter_kind' says '云主机'; by bot.yml's guard this house says '云服务器'"


def test_the_response_said_instead_must_be_there(folder: Path) -> None:
    faults = [str(fault) for fault in lint(read_bot(folder).bot)]
    assert any("'guard' uses the response 'utter_helo'" in fault and "did you mean 'utter_hello'?" in fault for fault in faults)


def test_a_bot_without_promises_or_terms_is_not_checked(folder: Path) -> None:
    (folder / "facts" / "promises.yml").write_text("may: []\n", encoding="utf-8")
    (folder / "bot.yml").write_text("profile: edge\n", encoding="utf-8")
    assert told(folder) == []
