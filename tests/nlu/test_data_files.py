"""Labelled files in every form, and what is said about faults in them."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlu.data_files import DataError, read_examples


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.jsonl", '{"text": "多少钱,能打折吗", "intents": ["price", "discount"]}\n\n{"text": "嗯嗯", "intents": []}\n'),
        ("b.jsonl", '{"input": "多少钱,能打折吗", "output": "price+discount"}\n{"input": "嗯嗯", "output": ""}\n'),
        ("c.csv", 'text,label\n"多少钱,能打折吗",price+discount\n嗯嗯,\n'),
        ("d.csv", 'label,text\nprice+discount,"多少钱,能打折吗"\n,嗯嗯\n'),
        ("e.tsv", "多少钱,能打折吗\tprice+discount\n嗯嗯\t\n"),
        ("f.txt", "多少钱,能打折吗\tprice + discount\n嗯嗯\t\n"),
        ("g.tsv", "\ufeff文本\t意图\n多少钱,能打折吗\tprice+discount\n嗯嗯\t\n"),
        ("h.json", '[{"text": "多少钱,能打折吗", "label": "price+discount"},\n {"text": "嗯嗯", "label": ""}]'),
        ("i.txt", '{"text": "多少钱,能打折吗", "label": "price+discount"}\n{"text": "嗯嗯", "label": ""}\n'),
        ("j.csv", 'prompt,response\n"多少钱,能打折吗",price+discount\n嗯嗯,\n'),
        (
            "k.json",
            '[{"instruction": "这句话要什么", "input": "多少钱,能打折吗", "output": "price+discount"},'
            '{"instruction": "嗯嗯", "input": "", "output": ""}]',
        ),
        (
            "l.jsonl",
            '{"conversations": [{"from": "human", "value": "多少钱,能打折吗"}, {"from": "gpt", "value": "price+discount"}]}\n'
            '{"messages": [{"role": "system", "content": "x"}, {"role": "user", "content": "嗯嗯"},'
            '{"role": "assistant", "content": ""}]}\n',
        ),
    ],
)
def test_each_form_gives_the_same_examples(tmp_path: Path, name: str, text: str) -> None:
    examples = read_examples(written(tmp_path, name, text))
    assert [(example.text, example.intents) for example in examples] == [("多少钱,能打折吗", ("price", "discount")), ("嗯嗯", ())]
    assert examples[0].origin.startswith(f"{tmp_path / name}:")


def test_what_a_recogniser_heard_and_entities_are_read(tmp_path: Path) -> None:
    entity = '{"start": 1, "end": 3, "entity": "cpu", "value": 8}'
    line = f'{{"text": "要八核的", "intents": ["x"], "asr": "要八合的", "entities": [{entity}]}}'
    example = read_examples(written(tmp_path, "a.jsonl", line))[0]
    assert example.asr == "要八合的"
    assert [(entity.entity, entity.value, entity.text) for entity in example.entities] == [("cpu", 8, "八核")]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.jsonl", '{"text": "多少钱", "intents": ["x"]}\n{"text": ', ":2: not valid JSON"),
        ("a.jsonl", "[1]", ":1: each line must be an object"),
        ("a.jsonl", '{"words": "多少钱", "intents": []}', ":1: no text"),
        ("a.jsonl", '{"text": "多少钱"}', ":1: no label"),
        ("a.jsonl", '{"text": "多少钱", "intents": 3}', ":1: 'intents' must be a list of names"),
        ("a.jsonl", '{"text": "好", "entities": [{"entity": "x", "start": 0, "end": 9}]}', ":1: the span 0 to 9 of 'x'"),
        ("a.jsonl", '{"text": "好", "entities": {"x": 1}}', ":1: 'entities' must be a list"),
        ("a.csv", "text,label\n多少钱\n", ":2: expected a text and a label"),
        ("a.txt", "多少钱 price\n", ":1: expected `text<TAB>label`"),
        ("a.jsonl", "\n\n", ":1: no sentences in it"),
    ],
)
def test_a_fault_is_told_with_file_and_line(tmp_path: Path, name: str, text: str, message: str) -> None:
    path = written(tmp_path, name, text)
    with pytest.raises(DataError) as caught:
        read_examples(path)
    assert str(caught.value).startswith(f"{path}{message}")


def test_a_missing_file_and_one_that_is_no_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no such file"):
        read_examples(tmp_path / "none.jsonl")
    (tmp_path / "sound.jsonl").write_bytes(b"\xff\xfe\x00RIFF\xc3")
    with pytest.raises(DataError, match="cannot be read as UTF-8 text"):
        read_examples(tmp_path / "sound.jsonl")


def test_a_files_own_column_names_are_taken_as_dataset_info_gives_them(tmp_path: Path) -> None:
    path = written(tmp_path, "a.json", '[{"q": "多少钱", "a": "price"}]')
    assert read_examples(path, {"prompt": "q", "response": "a"})[0].intents == ("price",)
