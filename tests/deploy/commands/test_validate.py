from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from deploy.cli import main

SAMPLE = Path(__file__).parents[3] / "examples" / "cloud_sales"


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SAMPLE, tmp_path / "bot", ignore=shutil.ignore_patterns(".xiangyin")))


def test_the_sample_bot_has_no_faults(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", str(SAMPLE), "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {"faults": [], "n": 0}


def test_all_faults_are_told_with_file_and_line(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = bot / "bot.yml"
    lines = settings.read_text(encoding="utf-8").replace("profile: edge", "profil: edge").replace("language: zh", "languages: zh")
    settings.write_text(lines, encoding="utf-8")
    assert main(["validate", str(bot)]) == 2
    out, err = capsys.readouterr()
    assert "bot.yml:2: unknown key 'profil'" in out
    assert "did you mean 'profile'?" in out
    assert "bot.yml:3: unknown key 'languages'" in out
    assert err.strip() == f"{bot}: 2 faults"


def test_an_intent_that_the_domain_does_not_list_is_told(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules = bot / "data" / "rules.yml"
    rules.write_text(
        rules.read_text(encoding="utf-8").replace("intent: price_inquiry", "intent: pirce_inquiry", 1), encoding="utf-8"
    )
    assert main(["validate", str(bot)]) == 2
    assert "did you mean 'price_inquiry'?" in capsys.readouterr().out
    assert main(["test", str(bot)]) == 2
    assert "did you mean 'price_inquiry'?" in capsys.readouterr().err


def test_broken_yaml_is_told_with_its_line(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (bot / "domain.yml").write_text("intents:\n  - a\n - b\n", encoding="utf-8")
    assert main(["validate", str(bot)]) == 2
    assert "domain.yml:3" in capsys.readouterr().out


def test_a_folder_that_is_no_bot_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", str(tmp_path)]) == 2
    told = capsys.readouterr().err.strip()
    assert "domain.yml" in told
    assert len(told.splitlines()) == 1
