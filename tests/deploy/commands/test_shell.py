from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.cli import main

SAMPLE = Path(__file__).parents[3] / "examples" / "cloud_sales"


def test_a_conversation_in_the_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    lines = ("你们有什么云服务器", "/state", "/reset", "/quit", "不再读了")
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(lines)))
    assert main(["shell", str(SAMPLE), "--debug"]) == 0
    shown = capsys.readouterr().out
    assert "  need    product_inquiry" in shown
    assert "turn 1, about product_inquiry" in shown
    assert "  action  " in shown


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "gbk"])
def test_a_terminal_that_is_not_utf_8_costs_characters_and_not_the_conversation(trained_new_bot: Path, encoding: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "deploy.cli", "shell", str(trained_new_bot)],
        input="你好\n/quit\n".encode("gbk"),
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": encoding},
        cwd=SAMPLE.parents[1],
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert (b"is not UTF-8" in ended.stderr) is (encoding != "gbk")
    assert len(ended.stdout.splitlines()) >= 3
