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
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told == {"faults": [], "n": 0, "errors": 0, "warnings": 0, "hints": 0}


def test_all_faults_are_told_with_file_line_and_column(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = bot / "bot.yml"
    lines = settings.read_text(encoding="utf-8").replace("profile: edge", "profil: edge").replace("language: zh", "languages: zh")
    settings.write_text(lines, encoding="utf-8")
    assert main(["validate", str(bot), "--lang", "en"]) == 1
    first, second, *_, closing = capsys.readouterr().out.splitlines()
    assert first == f"{bot}/bot.yml:2:1: error: unknown key 'profil' in bot.yml; did you mean 'profile'?"
    assert second.startswith(f"{bot}/bot.yml:3:1: error: unknown key 'languages'")
    assert closing == f"{bot}: 2 errors"


def test_operators_are_told_in_the_language_of_their_bot(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (bot / "config.yml").open("a", encoding="utf-8") as file:
        file.write("pipline: []\n")
    assert main(["validate", str(bot)]) == 1
    fault, closing = capsys.readouterr().out.splitlines()
    assert fault.endswith(": 错误: config.yml里有不认识的键“pipline”；是不是想写“pipeline”？")
    assert closing == f"{bot}：1 个错误"


def test_the_json_holds_both_languages(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with (bot / "endpoints.yml").open("w", encoding="utf-8") as file:
        file.write("a: 1\na: 2\n")
    main(["validate", str(bot), "--json"])
    (fault,) = json.loads(capsys.readouterr().out.splitlines()[-1])["faults"]
    assert (fault["line"], fault["column"], fault["kind"], fault["severity"]) == (2, 1, "structure", "error")
    assert (fault["en"], fault["zh"]) == ("'a' stands twice; first at line 1", "“a”重复了；先出现在第 1 行")


def test_warnings_and_hints_leave_the_bot_usable(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sentences = "".join(f"    - 吃了吗{number}\n    - 吃了 吗{number}\n" for number in range(5))
    more = f"version: '3.1'\nnlu:\n- intent: greet\n  examples: |\n{sentences}"
    (bot / "data" / "more.yml").write_text(more, encoding="utf-8")
    assert main(["validate", str(bot), "--lang", "en"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert sum(": hint: " in line for line in out) == 3
    assert out[-2:] == ["... and 2 more hints; --all shows them", f"{bot}: 5 hints"]
    main(["validate", str(bot), "--lang", "en", "--all"])
    assert sum(": hint: " in line for line in capsys.readouterr().out.splitlines()) == 5


def test_an_intent_that_the_domain_does_not_list_is_told(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rules = bot / "data" / "rules.yml"
    rules.write_text(
        rules.read_text(encoding="utf-8").replace("intent: price_inquiry", "intent: pirce_inquiry", 1), encoding="utf-8"
    )
    assert main(["validate", str(bot), "--lang", "en"]) == 1
    assert "did you mean 'price_inquiry'?" in capsys.readouterr().out
    assert main(["test", str(bot)]) == 2
    assert "did you mean 'price_inquiry'?" in capsys.readouterr().err


def test_broken_yaml_is_told_with_its_line(bot: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (bot / "domain.yml").write_text("intents:\n  - a\n - b\n", encoding="utf-8")
    assert main(["validate", str(bot)]) == 1
    assert "domain.yml:3" in capsys.readouterr().out


@pytest.mark.parametrize("words", [["validate", "--lang", "en"], ["test"]])
def test_a_folder_that_is_no_bot_is_one_line(words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words, str(tmp_path)]) == 2
    told = capsys.readouterr().err.strip()
    assert "domain.yml" in told
    assert len(told.splitlines()) == 1
