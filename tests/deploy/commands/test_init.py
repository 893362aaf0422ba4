from __future__ import annotations

from pathlib import Path

import pytest

from deploy.cli import main


def test_a_new_bot_is_complete_and_its_commands_are_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "my_bot"
    assert main(["init", str(folder)]) == 0
    for name in ("domain.yml", "config.yml", "endpoints.yml", "credentials.yml", "bot.yml", "data", "tests"):
        assert (folder / name).exists()
    assert f"xiangyin shell {folder}" in capsys.readouterr().out
    assert main(["validate", str(folder)]) == 0
    assert main(["test", str(folder)]) == 0


def test_a_folder_with_anything_in_it_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.txt").write_text("x", encoding="utf-8")
    assert main(["init", str(tmp_path)]) == 2
    assert "is not empty" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
