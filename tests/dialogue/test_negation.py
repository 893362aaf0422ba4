"""What a sentence turns down, in Mandarin and in dialect wording; and what only looks like it."""

from __future__ import annotations

import pytest

from dialogue.negation import NOT, marked, refuses
from tests.dialogue.said import entity


@pytest.mark.parametrize(
    ("text", "gone", "kept"),
    [
        ("不要备份", "备份", ""),
        ("备份就算了", "备份", ""),
        ("唔使备份", "备份", ""),
        ("备份勿要哉", "备份", ""),
        ("备份功能我们先不要了,加个迁移", "备份", "迁移"),
        ("不要备份和迁移", "备份 迁移", ""),
        ("不是北京是上海", "北京", "上海"),
        ("是上海不是北京", "北京", "上海"),
        ("8核不要,要16核", "8核", "16核"),
        ("去掉备份", "备份", ""),
        ("我姓李不姓王", "王", "李"),
        ("唔叫王建国,叫王建军", "王建国", "王建军"),
        ("不用备案行吗", "备案", ""),
        ("别放北京,放上海", "北京", "上海"),
        ("5T,不对,500G的", "5T", "500G"),
        ("4核啊不是8核的", "4核", "8核"),
        ("4核,说错了,是8核", "4核", "8核"),
    ],
)
def test_what_is_turned_down_is_marked(text: str, gone: str, kept: str) -> None:
    found = marked(text, [entity("thing", words, words, text) for words in (*gone.split(), *kept.split())])

    assert {one.text for one in found if one.role == NOT} == set(gone.split())
    assert {one.text for one in found if one.role is None} == set(kept.split())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("要不要备份", "备份"),
        ("不用备案吗", "备案"),
        ("是不是北京的", "北京"),
        ("备份不要钱吧", "备份"),
        ("备份不用另外收费吧", "备份"),
        ("特别要备份", "备份"),
        ("要8核的,不对吗", "8核"),
        ("你报的8核,不对", "8核"),
        ("跟别家比备份怎么样", "备份"),
        ("不要太贵,要有备份", "备份"),
    ],
)
def test_questions_and_other_words_turn_nothing_down(text: str, words: str) -> None:
    assert marked(text, [entity("thing", words, words, text)])[0].role is None


def test_a_person_that_is_not_wanted_is_no_call_for_one() -> None:
    assert refuses("不用转人工,你说就行", ["人工"])
    assert refuses("唔使揾人工喇", ["人工"]) is False  # a word that is not known between them: better a person than none
    assert refuses("不转人工,你跟俺说", ["人工"])
    assert not refuses("给我转人工", ["人工"])
    assert not refuses("转不转人工都行", ["人工"])
    assert not refuses("不用了,给我转人工", ["人工"])
