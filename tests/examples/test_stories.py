"""The bots that ship with the program pass their own test stories, understanding and all."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from deploy.story_diff import shown
from deploy.story_tests import check_bot

ROOT = Path(__file__).parents[2]


@pytest.mark.timeout(300)  # it trains; seconds on a quiet machine
@pytest.mark.parametrize("bot", ["examples/cloud_sales", "deploy/new_bot"])
def test_every_story_passes(bot: str, tmp_path: Path) -> None:
    folder = tmp_path / "bot"
    shutil.copytree(ROOT / bot, folder, ignore=shutil.ignore_patterns(".xiangyin"))
    report = check_bot(folder)
    assert report.stories > 0
    assert not report.failures, "\n".join(line for failure in report.failures for line in shown(failure))
