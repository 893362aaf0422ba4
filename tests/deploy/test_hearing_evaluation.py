from pathlib import Path

import pytest

from asr.cer import ErrorRate
from asr.confusions import Slip
from asr.evaluate import AsrReport
from asr.gate import Check, Loss
from deploy.cli import main
from deploy.hearing_evaluation import HearingReport, read_gate

RATE = ErrorRate(3, 0.1, 0.05, 0.2)
REPORT = AsrReport(
    3, RATE, {"yue": RATE}, 0.01, 9.0, 12.0, 1.0, 2, 0, {"no noise": RATE, "10-15 dB": RATE}, slips=(Slip("四", "是", 2),)
)


def test_conditions_are_shown_where_there_are_several() -> None:
    shown = "\n".join(HearingReport(REPORT).lines())
    assert "10-15 dB" in shown
    assert "四>是 2" in shown
    assert "voice" not in shown


def test_a_failed_bound_fails_the_report_and_is_told() -> None:
    failed = HearingReport(REPORT, (), {"all": Loss(3, 0.1, 0.09, 0.01, -0.01, 0.03)}, (Check("CER of yue", 0.1, 0.05),))
    assert not failed.passed
    assert failed.lines()[-1] == "gate: CER of yue 0.1000, at most 0.0500: FAILED"
    assert failed.figures["gate"] == [{"name": "CER of yue", "figure": 0.1, "bound": 0.05, "passed": False}]
    assert HearingReport(REPORT, checks=(Check("CER of yue", 0.1, 0.1),)).passed


def test_a_gate_file_with_an_unknown_key_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "gate.yml"
    file.write_text("cer: {cmn: 0.11}\nmandarin_lost: 0.002\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"gate.yml:2: .*mandarin_lost.*mandarin_loss"):
        read_gate(file)


def test_a_gate_on_mandarin_asks_for_the_model_before(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "gate.yml").write_text("mandarin_loss: 0.002\n", encoding="utf-8")
    (tmp_path / "manifest.jsonl").write_text('{"audio": "1.wav", "text": "好"}\n', encoding="utf-8")
    assert main(["evaluate", "asr", "--data", str(tmp_path / "manifest.jsonl"), "--gate", str(tmp_path / "gate.yml")]) == 2
    assert "--compare DIR" in capsys.readouterr().err
