"""Personal data do not reach a training that says `scrub: true`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deploy.training import read_config, train_config
from dialogue.yaml_file import YamlError

SAID = {
    "contact": "我叫王建国|我姓欧阳|电话13800138000|我是王建国,打13800138000|找王建国接电话|留个电话13900139000",
    "price": "多少钱|什么价格|几多钱|怎么收费|一年多少|报个价",
}


def config_of(folder: Path, scrub: str) -> Path:
    rows = [{"text": text, "intents": [intent]} for intent, texts in SAID.items() for text in texts.split("|")]
    (folder / "train.jsonl").write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    path = folder / "tiny.yaml"
    path.write_text(
        f"task_type: intent\ntrain_data: train.jsonl\noutput_dir: model\nfolds: 2\nscrub: {scrub}\n", encoding="utf-8"
    )
    return path


@pytest.mark.parametrize(("scrub", "known"), [("true", False), ("false", True)])
def test_the_model_knows_no_names_where_they_are_taken_out(tmp_path: Path, scrub: str, known: bool) -> None:
    told: list[str] = []
    outcome = train_config(config_of(tmp_path, scrub), (), told.append)
    features = (outcome.folder / "vocabulary.json").read_text(encoding="utf-8")
    assert ("建 国" in features) is known
    assert ("personal data taken out of the training data: PHONE 3, NAME 4" in told) is not known


def test_the_key_is_true_or_false(tmp_path: Path) -> None:
    path = config_of(tmp_path, "maybe")
    with pytest.raises(YamlError, match=r"tiny.yaml:5: 'scrub' must be true or false, got 'maybe'"):
        train_config(path, (), lambda _: None)
    assert read_config(path).mapping("it")["scrub"].value == "maybe"
