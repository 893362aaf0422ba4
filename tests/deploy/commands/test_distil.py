"""The config of `xiangyin distil`: one teacher or several."""

from pathlib import Path

import pytest

from deploy.training import read_config
from dialogue.yaml_file import YamlError, fill
from nlu.student.distil import Distillation

STUDENT = """
unlabelled: texts.txt
student:
  task_type: intent
  architecture: student
  train_data: train.jsonl
  output_dir: out
"""


def _filled(text: str, folder: Path) -> Distillation:
    file = folder / "distil.yaml"
    file.write_text(text + STUDENT, encoding="utf-8")
    return fill(Distillation, read_config(file), "the distillation config")


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("teacher: big", ["big"]),
        ("teachers: big", ["big"]),
        ("teachers: [big, small/model.int4.onnx]", ["big", "model.int4.onnx"]),
    ],
)
def test_teachers_are_named_one_by_one_or_as_a_list(line: str, names: list[str], tmp_path: Path) -> None:
    config = _filled(line, tmp_path)
    assert [teacher.name for teacher in config.teachers] == names
    assert config.unlabelled == (tmp_path / "texts.txt",)


def test_a_softness_beyond_one_is_refused_where_it_stands(tmp_path: Path) -> None:
    with pytest.raises((YamlError, ValueError), match="softness must lie between 0 and 1"):
        _filled("teacher: big\nsoftness: 1.5", tmp_path)
