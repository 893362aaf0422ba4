"""A bot opened for the first time, or where its versions cannot be kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.versions.opening import open_live
from dialogue.bot_files import BotFaults
from tests.deploy.versions.small_bot import change


def test_a_first_start_with_faulty_files_is_refused(folder: Path) -> None:
    change(folder / "domain.yml", "intents:", "intnets:")
    with pytest.raises(BotFaults) as faults:
        open_live(folder)
    assert any("intnets" in str(fault) for fault in faults.value.faults)


def test_a_bot_whose_versions_cannot_be_kept_talks_all_the_same(folder: Path) -> None:
    (folder / ".xiangyin" / "versions").write_text("in the way")
    reloader = open_live(folder)
    assert reloader.live.current.version.number == 0
    assert reloader.live.turn("new", "/price").text == "一百元"
    reloader.close()
    reloader.live.close()


def test_a_mistyped_name_leaves_no_folder_behind(tmp_path: Path) -> None:
    with pytest.raises(BotFaults, match="there is no such folder"):
        open_live(tmp_path / "mybto", "sqlite://")
    assert list(tmp_path.iterdir()) == []
