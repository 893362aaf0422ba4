from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from deploy.story_diff import StoryReport, shown
from deploy.story_rehearsal import rehearse_bot
from dialogue.bot_files import load_bot
from dialogue.lint import lint
from dialogue.script_file import read_test_stories

BOTS = Path(__file__).parents[1] / "data" / "bots"


def report_of(name: str, scratch: Path) -> StoryReport:
    """In a copy, since the trained understanding is kept in the bot's folder."""
    folder = scratch / name
    shutil.copytree(BOTS / name, folder)
    return rehearse_bot(load_bot(folder), read_test_stories(folder / "tests"))


def test_a_bot_of_rasa_passes_where_its_stories_go_as_written(tmp_path: Path) -> None:
    report = report_of("mood", tmp_path)
    assert (report.stories, report.passed) == (4, 3)
    told = "\n".join(shown(report.failures[0]))
    assert "utter_goodbye" in told
    assert "intent: " in told
    assert "utter_iamabot  (rules: rule 'Say 'I am a bot' anytime the user challenges' rules.yml:10)" in told


def test_custom_actions_are_not_needed_for_a_verdict(tmp_path: Path) -> None:
    failed = [result.name for result in report_of("clinic", tmp_path).failures]
    assert failed == ["rates at once (no story shows it)"]


@pytest.mark.parametrize("name", ["mood", "clinic"])
def test_a_valid_bot_of_rasa_raises_no_alarm(name: str) -> None:
    assert [fault for fault in lint(load_bot(BOTS / name)) if fault.severity != "hint"] == []
