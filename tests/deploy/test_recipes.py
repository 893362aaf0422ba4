"""When a model counts as made."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from deploy.recipes import fingerprint, is_made, main, make_all, stamp
from deploy.training import read_config, train_config

ROWS = [
    (f"{text}{tail}", intent)
    for intent, text in (("price", "多少钱"), ("human", "转人工"))
    for tail in ("", "啊", "呀", "呢", "吧", "嘛")
]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    lines = [json.dumps({"text": text, "intents": [intent]}, ensure_ascii=False) for text, intent in ROWS]
    (tmp_path / "train.jsonl").write_text("\n".join(lines), encoding="utf-8")
    path = tmp_path / "tiny.yaml"
    path.write_text("task_type: intent\ntrain_data: train.jsonl\noutput_dir: model\nfolds: 2\n", encoding="utf-8")
    return path


def test_a_training_notes_its_recipe_and_is_not_repeated(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert not is_made(read_config(config))
    outcome = train_config(config, (), lambda _: None)
    assert yaml.safe_load((outcome.folder / "model.yml").read_text(encoding="utf-8"))["recipe"] == fingerprint(
        read_config(config)
    )
    assert is_made(read_config(config))
    assert make_all([config]) == 0
    assert "1/1 tiny: is made as its config and data stand" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["tiny.yaml", "train.jsonl"])
def test_other_settings_or_data_make_another_model(config: Path, name: str) -> None:
    before = fingerprint(read_config(config))
    path = config.parent / name
    path.write_text(
        path.read_text(encoding="utf-8").replace("folds: 2", "folds: 3").replace("多少钱啊", "几多钱啊"), encoding="utf-8"
    )
    assert fingerprint(read_config(config)) != before


def test_where_the_result_goes_does_not_count(config: Path) -> None:
    assert fingerprint(read_config(config, ["output_dir=elsewhere"])) == fingerprint(read_config(config))


def test_a_card_is_stamped_once(tmp_path: Path) -> None:
    (tmp_path / "model.yml").write_text("task: intent\n", encoding="utf-8")
    stamp(tmp_path, "a")
    stamp(tmp_path, "b")
    assert (tmp_path / "model.yml").read_text(encoding="utf-8") == "task: intent\nrecipe: b\n"


def test_without_public_data_it_is_said_and_nothing_done(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("XIANGYIN_DATA", raising=False)
    monkeypatch.setattr("sys.argv", ["recipes", str(config)])
    assert main() == 0
    assert capsys.readouterr().err.startswith("SKIPPED: ")
    assert not (config.parent / "model").exists()


def test_what_fails_is_told_and_keeps_nothing_back(config: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    train_config(config, (), lambda _: None)
    assert make_all([tmp_path / "missing.yaml", config]) == 1
    told = capsys.readouterr().err
    assert "1/2 missing: FAILED" in told
    assert "2/2 tiny: is made" in told
    assert "not made: missing" in told
