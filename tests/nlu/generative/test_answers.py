"""Answers as text: written, read, held against the sentence."""

from __future__ import annotations

import json

import pytest

from nlu.generative.answers import AnswerError, Marked, Part, read, written
from nlu.generative.codes import Codebook, Kind

PRODUCT, SPAN, COUNT, FROM = Kind("product_type"), Kind("billing_period"), Kind("period_count"), Kind("region", "origin")
BOOK = Codebook(("", "inquiry", "price"), (SPAN, COUNT, PRODUCT, FROM))
TEXT = "有什么云服务器,两年多少钱"
PARTS = (
    Part(0, 7, "inquiry", (Marked(3, 7, PRODUCT, "cloud_server"),)),
    Part(8, 13, "price", (Marked(8, 10, SPAN, "year"), Marked(8, 10, COUNT, 2))),
)


def test_an_answer_is_written_and_read_back() -> None:
    answer = written(TEXT, PARTS, BOOK)
    assert json.loads(answer) == {
        "n": [
            {"t": "有什么云服务器", "i": "B", "e": [{"t": "云服务器", "k": "C", "v": "cloud_server"}]},
            {"t": "两年多少钱", "i": "C", "e": [{"t": "两年", "k": "A", "v": "year"}, {"t": "两年", "k": "B", "v": "2"}]},
        ]
    }
    parts = read(answer, TEXT, BOOK).parts
    assert [(one.start, one.end, one.intent) for one in parts] == [(0, 7, "inquiry"), (8, 13, "price")]
    assert parts[1].entities == (Marked(8, 10, SPAN, "year"), Marked(8, 10, COUNT, "2"))


def test_the_place_of_each_intent_is_known_even_behind_words_that_look_like_one() -> None:
    text = '写"i":"B"的那个,多少钱'
    answer = written(text, (Part(0, 11, "inquiry"), Part(12, 15, "price")), BOOK)
    assert [answer[part.at] for part in read(answer, text, BOOK).parts] == ["B", "C"]


def test_a_value_that_is_the_wording_is_not_written() -> None:
    assert '"v"' not in written("找王芳", (Part(0, 3, "inquiry", (Marked(1, 3, PRODUCT, "王芳"),)),), BOOK)


def test_role_and_group_come_with_the_letter() -> None:
    answer = written("从北京搬", (Part(0, 4, "inquiry", (Marked(1, 3, FROM, "beijing"),)),), BOOK)
    assert read(answer, "从北京搬", BOOK).parts[0].entities[0].kind == FROM


def test_words_that_occur_twice_are_taken_in_order() -> None:
    text = "钉钉,在钉钉里开"
    parts = (Part(0, 8, "inquiry", (Marked(0, 2, PRODUCT, "a"), Marked(4, 6, PRODUCT, "a"))),)
    assert [one.start for one in read(written(text, parts, BOOK), text, BOOK).parts[0].entities] == [0, 4]


def test_words_inside_words_already_taken_are_looked_for_elsewhere() -> None:
    text = "十六核不是六核"
    parts = (Part(0, 7, "inquiry", (Marked(0, 3, PRODUCT, "16"), Marked(5, 7, PRODUCT, "6"))),)
    assert [(one.start, one.end) for one in read(written(text, parts, BOOK), text, BOOK).parts[0].entities] == [(0, 3), (5, 7)]


def test_an_entity_that_nobody_said_is_left_out_and_counted() -> None:
    answer = '{"n":[{"t":"多少钱","i":"C","e":[{"t":"云数据库","k":"C"},{"t":"多","k":"C"}]}]}'
    found = read(answer, "多少钱", BOOK)
    assert found.invented == 1
    assert [one.value for one in found.parts[0].entities] == ["多"]


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "[1]",
        '{"n":[{"t":"多少钱","i":"C","e":',
        '{"n":[{"t":"多少钱","i":"Z","e":[]}]}',
        '{"n":[{"t":"多少钱","i":"C"}]}',
        '{"n":[{"t":"","i":"C","e":[]}]}',
        '{"n":[{"t":"太贵了","i":"C","e":[]}]}',
        '{"n":[{"t":"钱","i":"C","e":[]},{"t":"多少","i":"B","e":[]}]}',
        '{"n":[{"t":"多少钱","i":"C","e":[{"t":"","k":"C"}]}]}',
        '{"n":[{"t":"多少钱","i":"C","e":[{"t":"钱","k":"C","v":3}]}]}',
    ],
)
def test_what_is_no_answer_or_invents_a_need_is_refused(answer: str) -> None:
    with pytest.raises(AnswerError):
        read(answer, "多少钱", BOOK)
