"""Files of the forms that users have."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nlu.personal_data.files import ScrubError, scrub_file


def test_rows_of_one_conversation_share_their_tokens(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    rows = [
        {"conversation_id": "a", "text": "我叫王建国"},
        {"conversation_id": "b", "text": "我叫李娜"},
        {"conversation_id": "a", "text": "王建国,不是李建国"},
    ]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    text, report = scrub_file(path)
    assert [json.loads(line)["text"] for line in text.splitlines()] == ["我叫[NAME_1]", "我叫[NAME_1]", "[NAME_1],不是[NAME_2]"]
    assert report.figures == {"rows": 3, "touched": 3, "removed": {"NAME": 4}}
    first = report.places[0]
    assert (first.line, first.field, first.start, first.end) == (1, "text", 2, 5)


def test_a_table_keeps_its_header_and_columns(tmp_path: Path) -> None:
    path = tmp_path / "talk.csv"
    path.write_text('客户问,答\n"打13800138000,谢谢",好的\n多少钱,一百\n', encoding="utf-8")
    assert scrub_file(path)[0] == '客户问,答\n"打[PHONE_1],谢谢",好的\n多少钱,一百\n'


def test_plain_text_goes_line_by_line(tmp_path: Path) -> None:
    path = tmp_path / "lines.txt"
    path.write_text("我姓王\n\n多少钱\tprice_inquiry\n", encoding="utf-8")
    assert scrub_file(path)[0] == "我姓[NAME_1]\n\n多少钱\tprice_inquiry\n"


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    path.write_text('{"text": "好"}\n{"text": \n', encoding="utf-8")
    with pytest.raises(ScrubError, match=r"calls.jsonl:2: not valid JSON"):
        scrub_file(path)


def test_a_list_in_json_goes_item_by_item(tmp_path: Path) -> None:
    path = tmp_path / "alpaca.json"
    path.write_text(json.dumps([{"instruction": "我叫王建国", "output": "王建国您好"}], ensure_ascii=False), encoding="utf-8")
    assert json.loads(scrub_file(path)[0]) == [{"instruction": "我叫[NAME_1]", "output": "[NAME_1]您好"}]
