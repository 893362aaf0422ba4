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
