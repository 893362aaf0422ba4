"""The benchmark for a GPU runs in small without one."""

import json

import pytest

pytest.importorskip("torch")
pytest.importorskip("peft")

from benchmarks import lora_7b


def test_two_tiny_updates_are_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert lora_7b.main(["--tiny", "--steps", "2", "--batch", "2", "--tokens", "8"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["steps"] == 2
    assert result["tokens_per_s"] > 0
