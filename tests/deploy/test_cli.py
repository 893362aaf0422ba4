from __future__ import annotations

import errno
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy import cli
from deploy.cli import main

ROOT = Path(__file__).parents[2]


def run(*words: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "deploy.cli", *words],
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
        check=False,
    )


def test_help_lists_every_command() -> None:
    shown = run("--help")
    assert shown.returncode == 0
    for name in cli.COMMANDS:
        assert re.search(rf"^    {name}\s", shown.stdout, re.MULTILINE)  # argparse gives the longest name a line of its own


def test_help_imports_nothing_heavy() -> None:
    heavy = ("numpy", "yaml", "fastapi", "sklearn")
    code = f"import sys, deploy.cli as cli; cli._parser(['--help']); print([name for name in {heavy} if name in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, cwd=ROOT, check=True)
    assert shown.stdout.strip() == "[]"


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_each_command_explains_itself_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"])
    assert ended.value.code == 0
    assert f"xiangyin {name}" in capsys.readouterr().out.split("example:")[1]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["validate", "no/such/bot"], "no/such/bot"),
        (["run", "no/such/bot", "--port", "0", "--audiosocket-port", "0"], "no/such/bot"),
        (["train"], "name a training config (CONFIG.yaml) or a bot's folder"),
        (["train", "nothing.yaml"], "nothing.yaml:1: there is no such file"),
        (["synth", "nothing.yaml"], "nothing.yaml:1: there is no such file"),
        (["models", "show", "nothing"], "there is no model 'nothing'"),
        (["models", "show"], "name the model to show"),
        (["evaluate", "intent", "--data", "nothing.jsonl"], "nothing.jsonl"),
        (["init", "deploy"], "deploy: is not empty"),
        (["init", "pyproject.toml"], "pyproject.toml: is a file"),
    ],
)
def test_bad_input_is_one_line_and_status_2(words: list[str], told: str) -> None:
    ended = run(*words)
    assert ended.returncode == 2
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1


def test_an_unknown_command_is_refused() -> None:
    ended = run("sell")
    assert ended.returncode == 2
    assert "invalid choice: 'sell'" in ended.stderr


def test_the_version_is_the_distributions() -> None:
    assert run("--version").stdout.startswith("xiangyin 0.")


def test_a_training_without_the_extra_says_what_to_install(capsys: pytest.CaptureFixture[str]) -> None:
    class WithoutTorch:
        @staticmethod
        def run(_arguments: object) -> int:
            raise ModuleNotFoundError("No module named 'torch'", name="torch")

    assert cli._run(WithoutTorch, cli.argparse.Namespace()) == 2  # type: ignore[arg-type]
    assert "pip install 'xiangyin[train]'" in capsys.readouterr().err


@pytest.mark.parametrize(
    "fault",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        shutil.Error([("a", "b", "[Errno 28] No space left on device: 'a' -> 'b'")]),
        RuntimeError("Error while serializing: I/O error: No space left on device (os error 28)"),
    ],
)
def test_a_full_disk_is_one_line_whoever_notices_it(fault: Exception, capsys: pytest.CaptureFixture[str]) -> None:
    class OnAFullDisk:
        @staticmethod
        def run(_arguments: object) -> int:
            raise fault

    assert cli._run(OnAFullDisk, cli.argparse.Namespace()) == 2  # type: ignore[arg-type]
    assert capsys.readouterr().err == "the disk: no space is left there; make room, then run this again\n"


def test_a_bug_of_ours_keeps_its_traceback() -> None:
    class Broken:
        @staticmethod
        def run(_arguments: object) -> int:
            raise ValueError("not a fault of the user")

    with pytest.raises(ValueError, match="not a fault of the user"):
        cli._run(Broken, cli.argparse.Namespace())  # type: ignore[arg-type]
