"""What is said about models that have no such form."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.cli import main


@pytest.mark.parametrize(
    ("runtime", "to", "said"),
    [("student", "onnx", "runtime 'student' is run as it is"), ("lora", "gguf", "has no gguf form; use --to onnx")],
)
def test_a_form_that_a_model_does_not_have_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], runtime: str, to: str, said: str
) -> None:
    (tmp_path / "model.yml").write_text(f"runtime: {runtime}\n", encoding="utf-8")
    assert main(["export", str(tmp_path), "--to", to]) == 2
    assert said in capsys.readouterr().err
