from __future__ import annotations

from pathlib import Path

import pytest

from deploy.settings import SettingsError
from deploy.training import read_config, train_config
from dialogue.yaml_file import YamlError


def write(folder: Path, text: str) -> Path:
    path = folder / "train.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_overrides_win_and_are_read_as_yaml(tmp_path: Path) -> None:
    config = read_config(write(tmp_path, "task_type: intent\nseed: 1\n"), ["seed=2", "labels=[a, b]"])
    assert config.plain() == {"task_type": "intent", "seed": 2, "labels": ["a", "b"]}


def test_variables_of_the_environment_are_expanded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIANGYIN_DATA", str(tmp_path))
    config = read_config(write(tmp_path, "train_data: ['${XIANGYIN_DATA}/a.jsonl']\n"))
    assert config.plain() == {"train_data": [f"{tmp_path}/a.jsonl"]}


def test_an_unset_variable_is_told_with_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XIANGYIN_DATA", raising=False)
    with pytest.raises(SettingsError, match=r"train\.yaml:2: \$\{XIANGYIN_DATA\} is not set"):
        read_config(write(tmp_path, "task_type: intent\ntrain_data: ${XIANGYIN_DATA}/a.jsonl\n"))


@pytest.mark.parametrize(
    ("text", "overrides", "told"),
    [
        ("seed: 1\n", [], r"train\.yaml:1: the config lacks the key 'task_type'"),
        ("\ntask_type: intents\n", [], r"train\.yaml:2: there is no task_type 'intents'; did you mean 'intent'\?"),
        ("task_type: intent\n", ["seed"], r"command line:1: an override is key=value, got 'seed'"),
        ("task_type: intent\n", ["task_type=ast"], r"command line:1: there is no task_type 'ast'; did you mean 'asr'\?"),
        ("- a\n", [], r"train\.yaml:1: a training config must be a mapping"),
        (
            "task_type: asr\nmanifests: [a.jsonl]\noutput_dir: x\nlearning_rat: 1\n",
            [],
            r"train\.yaml:4: unknown key 'learning_rat'",
        ),
        (
            "task_type: asr\nmanifests: [a.jsonl]\noutput_dir: x\naugment: {noise: 0.5}\n",
            [],
            r"train\.yaml:4: the section 'augment' is used by 'augment_share', which is 0",
        ),
        (
            "task_type: asr\nmanifests: [a.jsonl]\noutput_dir: x\naugment_share: 0.5\naugment: {nois: 0.5}\n",
            [],
            r"train\.yaml:5: unknown key 'nois'.*did you mean 'noise'",
        ),
        (
            "task_type: asr\nmanifests: [a.jsonl]\noutput_dir: x\ndialects: [cmn-beijing]\n",
            [],
            r"train\.yaml:1: .*'dialects' names the unknown 'cmn-beijing'; known are cmn, yue",
        ),
    ],
)
def test_faults_of_a_config_are_told_by_line(tmp_path: Path, text: str, overrides: list[str], told: str) -> None:
    with pytest.raises(YamlError, match=told):
        train_config(write(tmp_path, text), overrides, print)
