from __future__ import annotations

import io
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
