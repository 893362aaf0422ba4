from __future__ import annotations

import json
from pathlib import Path

import pytest

from deploy.cli import main

SAID = {
    "price_inquiry": (
        "这个多少钱",
        "一年的费用是多少",
        "几多钱啊",
        "报个价给我",
        "好多钱嘛",
        "月费怎么算",
        "价格是多少",
        "要多少钱一个月",
    ),
    "human": ("转人工", "我要找真人", "叫你们经理来", "帮我接客服", "不要机器人了", "找个人跟我说", "接线员在吗", "换个真人"),
    "goodbye": ("再见", "先这样吧", "拜拜", "挂了啊", "下次再聊", "没别的事了", "好的再会", "那就到这里"),
}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "train.jsonl"
    rows = [{"text": text, "intents": [intent]} for intent, texts in SAID.items() for text in texts]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


def test_a_model_is_trained_from_a_config_and_measured(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "train.yaml"
    config.write_text("task_type: intent\ntrain_data: train.jsonl\noutput_dir: model\n", encoding="utf-8")
    assert main(["train", str(config), "folds=2", "--json"]) == 0
    trained = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert trained["model"] == str(tmp_path / "model")
    assert main(["evaluate", "intent", "--data", str(data), "--model", str(tmp_path / "model"), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert figures["n"] == 24
    assert {"exact_match", "accuracy", "f1_micro", "f1_macro", "oos_recall", "oos_precision", "p50_ms", "p95_ms"} <= set(figures)
    assert main(["models", "list", "--models", str(tmp_path), "--json"]) == 0
    listed = json.loads(capsys.readouterr().out.splitlines()[-1])["models"]
    assert [model["task"] for model in listed if model["name"] == "model"] == ["intent"]


def test_without_a_model_it_is_told_where_one_lies(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "entities", "--data", str(data)]) == 2
    assert "name one with --model DIR" in capsys.readouterr().err


def test_clips_without_any_text_cannot_be_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    manifest = tmp_path / "manifest.jsonl"
    manifest.write_text('{"audio": "a.wav", "text": ""}\n', encoding="utf-8")
    assert main(["evaluate", "asr", "--data", str(manifest)]) == 2
    assert "no clip has a text" in capsys.readouterr().err


@pytest.fixture
def model(data: Path, tmp_path: Path) -> Path:
    config = tmp_path / "train.yaml"
    config.write_text(f"task_type: intent\ntrain_data: {data.name}\noutput_dir: model\nfolds: 2\n", encoding="utf-8")
    assert main(["train", str(config)]) == 0
    return tmp_path / "model"


def test_two_models_are_compared_on_the_same_sentences(
    model: Path, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "report"
    words = [
        "evaluate",
        "intent",
        "--data",
        str(data),
        "--model",
        str(model),
        "--compare",
        str(model),
        "--out",
        str(out),
        "--json",
    ]
    assert main(words) == 0
    printed = capsys.readouterr().out
    compared = json.loads(printed.splitlines()[-1])["compare"]
    assert set(compared) == {"accuracy", "exact_match", "f1_micro", "f1_macro"}
    assert compared["accuracy"]["difference"] == 0
    assert "no difference that is sure" in printed
    assert "against the other model" in printed
    assert "Against the other model" in (out / "report.html").read_text(encoding="utf-8")
    assert json.loads((out / "intent_report.json").read_text(encoding="utf-8"))["compare"] == compared


def test_a_config_is_cross_validated_by_what_it_trains(model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert model.is_dir()
    capsys.readouterr()
    assert main(["evaluate", "intent", "--config", str(tmp_path / "train.yaml"), "--folds", "2", "--json"]) == 0
    captured = capsys.readouterr()
    figures = json.loads(captured.out.splitlines()[-1])
    assert figures["n"] == 24
    assert [fold["n"] for fold in figures["folds"]] == [12, 12]
    assert "fold 2 of 2: training on 12 sentences" in captured.err
    assert "lowest:  accuracy" in captured.out


def test_sentences_that_were_trained_on_can_be_left_out(
    model: Path, data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "dev.jsonl"
    rows = [{"text": "多少钱一年", "intents": ["price_inquiry"]}, {"text": "转人工", "intents": ["human"]}]
    other.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    capsys.readouterr()
    assert main(["evaluate", "intent", "--data", str(other), "--model", str(model), "--without", str(data), "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["n"] == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["intent"], "name the labelled sentences with --data FILE"),
        (["intent", "--folds", "5"], "cross-validation needs both"),
        (["intent", "--config", "train.yaml"], "cross-validation needs both"),
        (["intent", "--config", "train.yaml", "--folds", "5", "--model", "x"], "--folds trains its own models"),
        (["asr", "--typed"], "--typed goes with intent and entities"),
        (["intent", "--gate", "gate.yml"], "--gate goes with asr"),
        (["entities", "--hotwords", "words.txt"], "--hotwords goes with asr"),
        (["asr"], "name a manifest of clips"),
    ],
)
def test_what_does_not_go_together_is_told(words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", *words]) == 2
    assert told in capsys.readouterr().err
