from __future__ import annotations

import json
from pathlib import Path

import pytest

from dialogue.style.samples import SampleError, Turn, read_samples
from dialogue.style.settings import StyleTraining
from nlu.finetune.datasets import data_files

ASKED, ANSWERED = Turn("user", "一个月多少钱"), Turn("assistant", "每月229元。")


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.jsonl", '{"input": "一个月多少钱", "output": "每月229元。"}'),
        ("a.csv", "prompt,response\n客户问：一个月多少钱,每月229元。\n"),
        ("a.csv", '"客户问:一个月多少钱","每月229元。"\n'),
        ("a.tsv", "问题\t回答\n一个月多少钱\t每月229元。\n"),
        ("a.json", '[{"instruction": "一个月多少钱", "input": "", "output": "每月229元。"}]'),
        ("a.jsonl", '{"conversations": [{"from": "human", "value": "一个月多少钱"}, {"from": "gpt", "value": "每月229元。"}]}'),
        (
            "a.jsonl",
            '{"messages": [{"role": "user", "content": "一个月多少钱"}, {"role": "assistant", "content": "每月229元。"}]}',
        ),
        ("a.txt", "一个月多少钱\t每月229元。\n"),
    ],
)
def test_each_form_gives_question_and_answer(tmp_path: Path, name: str, text: str) -> None:
    assert [sample.turns for sample in read_samples(written(tmp_path, name, text))] == [(ASKED, ANSWERED)]


def test_plain_text_is_learnt_line_by_line_without_questions(tmp_path: Path) -> None:
    samples = read_samples(written(tmp_path, "house.txt", "您好，很高兴为您服务。\n\n请您放心。\n"))
    assert [sample.answer for sample in samples] == ["您好，很高兴为您服务。", "请您放心。"]
    assert samples[0].question == ""


def test_instruction_and_input_stand_one_under_the_other_with_system_and_history(tmp_path: Path) -> None:
    row = {"instruction": "回答客户", "input": "贵吗", "output": "不贵。", "system": "你是小汇", "history": [["在吗", "在的"]]}
    (sample,) = read_samples(written(tmp_path, "a.json", json.dumps([row], ensure_ascii=False)))
    assert [turn.text for turn in sample.turns] == ["你是小汇", "在吗", "在的", "回答客户\n贵吗", "不贵。"]


def test_a_dataset_info_gives_columns_and_tags_their_names(tmp_path: Path) -> None:
    info = {
        "own": {
            "file_name": "own.json",
            "formatting": "sharegpt",
            "columns": {"messages": "talk", "system": "who"},
            "tags": {"role_tag": "by", "content_tag": "said", "user_tag": "buyer", "assistant_tag": "seller"},
        }
    }
    written(tmp_path, "dataset_info.json", json.dumps(info))
    talk = [{"by": "buyer", "said": "一个月多少钱"}, {"by": "seller", "said": "每月229元。"}]
    written(tmp_path, "own.json", json.dumps([{"who": "你是小汇", "talk": talk}], ensure_ascii=False))
    config = StyleTraining(base_model="x", output_dir=tmp_path, dataset=(Path("own"),), dataset_dir=tmp_path)
    (file,) = data_files(config)
    (sample,) = read_samples(file.path, file.columns)
    assert sample.turns == (Turn("system", "你是小汇"), ASKED, ANSWERED)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        (
            "a.jsonl",
            '{"input": "多少钱"}',
            r"a\.jsonl:1: no answer: expected one of the keys output, response, answer, got input",
        ),
        ("a.csv", "prompt,reply_text\n多少钱,99\n", r"a\.csv:1: the column of answers is missing"),
        ("a.jsonl", '{"input": "a", "output": "b"}\n{oops', r"a\.jsonl:2: not valid JSON"),
        ("a.jsonl", '{"messages": [{"role": "boss", "content": "a"}]}', r"a\.jsonl:1: a turn must have a role"),
        ("a.txt", "", r"a\.txt:1: no samples in it"),
        ("a.jsonl", '{"input": "a", "output": 3}', r"a\.jsonl:1: 'output' must be text, got 3"),
    ],
)
def test_faults_are_told_with_file_and_line(tmp_path: Path, name: str, text: str, told: str) -> None:
    with pytest.raises(SampleError, match=told):
        read_samples(written(tmp_path, name, text))
