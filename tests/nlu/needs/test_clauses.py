"""Plain texts as rows of clauses."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlu.needs.clauses import TextsError, clause_rows, read_texts
from nlu.needs.material import UNKNOWN
from nlu.student.inputs import Inputs, build
from nlu.student.sounds import dictionaries

TEXT = "怎么关流量上限呀！上次花到6G，直接关了我的网。@某某客服 [怒]"


@pytest.fixture(scope="module")
def inputs() -> Inputs:
    return build([TEXT], dictionaries(), marks=False, least={})


def test_a_cut_lies_where_a_mark_stood(inputs: Inputs) -> None:
    (row,) = clause_rows(TEXT, inputs)
    assert [at for at, cut in enumerate(row.cuts.tolist()) if cut > 0] == [8, 14]
    assert len(row.ids) == 21


def test_texts_have_no_labels(inputs: Inputs) -> None:
    (row,) = clause_rows(TEXT, inputs)
    assert set(row.labels.tolist()) == {UNKNOWN}


def test_long_texts_give_several_rows_and_very_short_ones_none(inputs: Inputs) -> None:
    assert len(list(clause_rows("上次花到" * 30, inputs))) == 3
    assert list(clause_rows("谢谢!", inputs)) == []


def test_texts_are_read_from_lines_with_a_text_or_with_turns(tmp_path: Path) -> None:
    path = tmp_path / "texts.jsonl"
    path.write_text('{"text": "一"}\n{"turns": [{"text": "二"}, {"text": "三"}]}\n', encoding="utf-8")
    assert list(read_texts(path)) == ["一", "二", "三"]


@pytest.mark.parametrize("line", ["{", '{"words": "一"}', "[]"])
def test_a_line_of_another_form_is_named(line: str, tmp_path: Path) -> None:
    path = tmp_path / "texts.jsonl"
    path.write_text(f'{{"text": "一"}}\n{line}\n', encoding="utf-8")
    with pytest.raises(TextsError, match=r"texts\.jsonl:2: a line is"):
        list(read_texts(path))
