from __future__ import annotations

import json
from pathlib import Path

import pytest

from deploy.cli import main
from deploy.evaluation import EvaluationError, Request, evaluate

EXAMPLES = Path(__file__).parents[2] / "examples" / "style"
ROWS = [
    {"system": "你是小汇。\n资料：标准型每月229元", "input": "多少钱", "carried": ["229元"], "group": "price"},
    {"system": "你是小汇。\n资料：标准型每月229元", "input": "怎么收费", "carried": ["229元"], "group": "price"},
    {"system": "你是小汇。\n状态：投诉", "input": "你们太差了"},
]
WARM = ["您好，每月是229元呢，请您放心。", "您好呀，一个月229元呢。", "真的抱歉给您添麻烦了，这件事我来跟进，半小时内给您回电。"]
CRISP = ["229元每月。", "每月99元，终身免费。", "登记了。"]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS)
    (tmp_path / "asked.jsonl").write_text(lines, encoding="utf-8")
    (tmp_path / "warm.txt").write_text("\n".join(WARM), encoding="utf-8")
    (tmp_path / "crisp.txt").write_text("\n".join(CRISP), encoding="utf-8")
    return tmp_path


def test_answers_of_two_models_are_measured_side_by_side_by_the_rules_of_a_house(
    files: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["evaluate", "style", "--data", str(files / "asked.jsonl"), "--model", str(files / "warm.txt")]
    words += [
        "--compare",
        str(files / "crisp.txt"),
        "--house",
        str(EXAMPLES / "house_warm.yml"),
        "--out",
        str(files / "out"),
        "--json",
    ]
    assert main(words) == 0
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert figures["carried"] == 1.0
    assert figures["steps"] == 1.0
    assert figures["told"] == 1.0
    assert figures["promises_kept"] == 1.0
    assert figures["consistency"] > 0.5
    other = figures["compare"]["crisp"]
    assert other["carried"] == 0.5
    assert other["steps"] == 0.0
    assert other["promises_kept"] < 1.0
    assert other["told"] < figures["told"]
    written = [json.loads(line) for line in (files / "out" / "answers.jsonl").read_text(encoding="utf-8").splitlines()]
    assert written[0] == {"prompt": "多少钱", "warm": WARM[0], "crisp": CRISP[0]}
    assert (files / "out" / "sheet.html").is_file()


def test_what_does_not_go_together_is_refused(files: Path) -> None:
    with pytest.raises(EvaluationError, match="name prompts with --data"):
        evaluate(Request("style", data=files / "asked.jsonl"))
    with pytest.raises(EvaluationError, match="--typed goes with"):
        evaluate(Request("style", data=files / "asked.jsonl", model=files / "warm.txt", typed=True))
    with pytest.raises(EvaluationError, match="--house goes with style"):
        evaluate(Request("intent", house=EXAMPLES / "house_warm.yml"))
    (files / "few.txt").write_text("好\n", encoding="utf-8")
    with pytest.raises(EvaluationError, match="holds 1 answers for 3 prompts"):
        evaluate(Request("style", data=files / "asked.jsonl", model=files / "few.txt"))
